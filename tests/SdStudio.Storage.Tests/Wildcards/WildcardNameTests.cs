using SdStudio.Storage.Wildcards;

namespace SdStudio.Storage.Tests.Wildcards;

public sealed class WildcardNameTests
{
    [Theory]
    [InlineData("colours")]
    [InlineData("animals/birds of prey")]
    [InlineData("a-b_c")]
    [InlineData("色/赤")]
    [InlineData("v1.5")]
    public void Problem_PlainName_IsNone(string name) => Assert.Null(WildcardName.Problem(name));

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("../secrets")]
    [InlineData("a/../../b")]
    [InlineData("a/..")]
    [InlineData("/etc/passwd")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("C:/windows")]
    [InlineData("a\\b")]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    [InlineData(".trash/x")]
    [InlineData("a.")]
    [InlineData(" a")]
    [InlineData("a ")]
    [InlineData("con")]
    [InlineData("x/NUL.y")]
    [InlineData("a*")]
    [InlineData("a?")]
    [InlineData("a|b")]
    [InlineData("a__b")]
    [InlineData("1/2/3/4/5/6/7/8/9")]
    public void Problem_HostileName_IsNamed(string name) => Assert.NotNull(WildcardName.Problem(name));

    [Fact]
    public void Problem_LongName_IsNamed() => Assert.NotNull(WildcardName.Problem(new string('a', WildcardName.Longest + 1)));
}
