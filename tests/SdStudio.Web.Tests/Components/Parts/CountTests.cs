using SdStudio.Web.Components.Parts;

namespace SdStudio.Web.Tests.Components.Parts;

public sealed class CountTests
{
    [Theory]
    [InlineData(0, "no pictures")]
    [InlineData(1, "1 picture")]
    [InlineData(41, "41 pictures")]
    [InlineData(1204, "1\u2009204 pictures")]
    [InlineData(1_234_567, "1\u2009234\u2009567 pictures")]
    public void Of_Things_AreCountedWithThinSpaces(long count, string expected) =>
        Assert.Equal(expected, Count.Of(count, "picture"));

    [Fact]
    public void Of_UnusualPlural_IsTakenAsGiven() => Assert.Equal("3 copies", Count.Of(3, "copy", "copies"));
}
