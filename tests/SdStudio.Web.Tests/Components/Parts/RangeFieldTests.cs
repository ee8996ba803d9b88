using Bunit;
using SdStudio.Web.Components.Parts;

namespace SdStudio.Web.Tests.Components.Parts;

public sealed class RangeFieldTests : PartsContext
{
    private double _value = 24;

    [Fact]
    public void RangeField_Rendered_NamesBothInputsAndFillsToItsValue()
    {
        var field = Field();

        Assert.Equal(["Steps", "Steps, number"], field.FindAll("input").Select(input => input.GetAttribute("aria-label")));
        Assert.Contains("--v:23.23%", field.Find("input[type=range]").GetAttribute("style"));
        Assert.Equal("24", field.Find("input[type=number]").GetAttribute("value"));
    }

    [Fact]
    public void RangeField_Slid_TellsTheValue()
    {
        Field().Find("input[type=range]").Input("30");

        Assert.Equal(30, _value);
    }

    [Theory]
    [InlineData("40", 40)]
    [InlineData("6,4", 6)]
    [InlineData("1000", 150)]
    [InlineData("-3", 1)]
    [InlineData("many", 24)]
    [InlineData("NaN", 24)]
    [InlineData("", 24)]
    public void RangeField_Typed_IsKeptWithinWhatMayBeTyped(string typed, double expected)
    {
        Field().Find("input[type=number]").Change(typed);

        Assert.Equal(expected, _value);
    }

    [Fact]
    public void RangeField_ValueBeyondTheSlider_ShowsTheNumberAndAFullTrack()
    {
        _value = 140;
        var field = Field();

        Assert.Equal("140", field.Find("input[type=number]").GetAttribute("value"));
        Assert.Contains("--v:100%", field.Find("input[type=range]").GetAttribute("style"));
    }

    private IRenderedComponent<RangeField> Field() => Render<RangeField>(parameters => parameters
        .Add(p => p.Label, "Steps").Add(p => p.Min, 1).Add(p => p.Max, 100).Add(p => p.TypedMax, 150)
        .Bind(p => p.Value, _value, value => _value = value));
}
