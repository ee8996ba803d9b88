using SdStudio.Web.Components.Parts;

namespace SdStudio.Web.Tests.Components.Parts;

public sealed class DurationTests
{
    [Theory]
    [InlineData(0.2, "1 s")]
    [InlineData(9, "9 s")]
    [InlineData(59.6, "1 min")]
    [InlineData(80, "1 min 20 s")]
    [InlineData(120, "2 min")]
    [InlineData(3599.4, "59 min 59 s")]
    [InlineData(3600, "1 h")]
    [InlineData(7500, "2 h 5 min")]
    public void Text_AnyTime_IsInWholeSecondsAndAtLeastOne(double seconds, string expected) =>
        Assert.Equal(expected, Duration.Text(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(0.041, "0.04 s")]
    [InlineData(0.84, "0.8 s")]
    [InlineData(4.6, "4.6 s")]
    [InlineData(9.96, "10 s")]
    [InlineData(75, "1 min 15 s")]
    public void Exact_TimeOfAStep_HasDecimalsWhileItIsShort(double seconds, string expected) =>
        Assert.Equal(expected, Duration.Exact(TimeSpan.FromSeconds(seconds)));
}
