using Bunit;
using SdStudio.Web.Components.Generate;

namespace SdStudio.Web.Tests.Components.Generate;

public sealed class SeedFieldTests : BunitContext
{
    private long? _value = -1;

    [Fact]
    public void Field_NoSeed_SaysRandomEachTime()
    {
        IRenderedComponent<SeedField> field = Show(null);

        Assert.Equal("Random each time", field.Find("[data-testid=seed]").GetAttribute("placeholder"));
        Assert.Equal("false", field.Find("[data-testid=pin]").GetAttribute("aria-pressed"));
        Assert.Empty(field.FindAll("[data-testid=dice]"));
    }

    [Fact]
    public void Pin_Random_KeepsTheLastSeed()
    {
        IRenderedComponent<SeedField> field = Show(null, last: 48213377);

        field.Find("[data-testid=pin]").Click();

        Assert.Equal(48213377, _value);
    }

    [Fact]
    public void Pin_Kept_GoesBackToRandom()
    {
        IRenderedComponent<SeedField> field = Show(7);

        field.Find("[data-testid=pin]").Click();

        Assert.Null(_value);
    }

    [Fact]
    public void Dice_Kept_DrawsASeedOfThirtyTwoBits()
    {
        IRenderedComponent<SeedField> field = Show(-5);

        field.Find("[data-testid=dice]").Click();

        Assert.InRange(_value!.Value, 0, uint.MaxValue);
    }

    [Theory]
    [InlineData("123", 123L)]
    [InlineData(" 9223372036854775807 ", long.MaxValue)]
    [InlineData("", null)]
    public void Typed_NumberOrNothing_IsTaken(string text, long? expected)
    {
        Show(5).Find("[data-testid=seed]").Change(text);

        Assert.Equal(expected, _value);
    }

    [Theory]
    [InlineData("-3")]
    [InlineData("cat")]
    [InlineData("9223372036854775808")]
    [InlineData("1.5")]
    public void Typed_SomethingElse_StaysWithAMessage(string text)
    {
        IRenderedComponent<SeedField> field = Show(5);

        field.Find("[data-testid=seed]").Change(text);

        Assert.Equal(-1, _value);
        Assert.Equal("true", field.Find("[data-testid=seed]").GetAttribute("aria-invalid"));
        Assert.NotEmpty(field.Find("[role=alert]").TextContent);
    }

    private IRenderedComponent<SeedField> Show(long? seed, long? last = null) => Render<SeedField>(parameters => parameters
        .Add(part => part.Value, seed).Add(part => part.LastSeed, last).Add(part => part.ValueChanged, value => _value = value));
}
