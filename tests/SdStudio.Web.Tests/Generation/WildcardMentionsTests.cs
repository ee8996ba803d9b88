using SdStudio.Web.Generation;

namespace SdStudio.Web.Tests.Generation;

public sealed class WildcardMentionsTests
{
    [Theory]
    [InlineData("a cat", "")]
    [InlineData("a __colour__ cat in __places/old towns__", "colour,places/old towns")]
    [InlineData("__a__ __a__", "a")]
    [InlineData("__a__b__", "a")]
    [InlineData("__a", "")]
    [InlineData("____", "")]
    [InlineData("__ a __", "")]
    [InlineData("__a, b__c__", "c")]
    public void In_Text_FindsTheNames(string text, string expected) => Assert.Equal(expected, string.Join(',', WildcardMentions.In(text)));

    [Fact]
    public void In_LongTextOfMarks_EndsAtOnce() => Assert.Empty(WildcardMentions.In(new string('_', 100_000)));
}
