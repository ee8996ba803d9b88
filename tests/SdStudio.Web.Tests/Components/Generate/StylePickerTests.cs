using Bunit;
using SdStudio.Storage.Styles;
using SdStudio.Web.Components.Generate;

namespace SdStudio.Web.Tests.Components.Generate;

public sealed class StylePickerTests : BunitContext
{
    private static readonly PromptStyle[] s_styles = [new(1, "Film", "grain", ""), new(2, "Oil", "oil painting of {prompt}", "photo")];

    [Fact]
    public void Add_OffersOnlyWhatIsNotChosen()
    {
        string? added = null;
        IRenderedComponent<StylePicker> picker = Render<StylePicker>(parameters => parameters
            .Add(part => part.Styles, s_styles).Add(part => part.Chosen, ["Oil"]).Add(part => part.OnAdd, name => added = name));

        Assert.Equal(["", "Film"], picker.FindAll("option").Select(option => option.GetAttribute("value")));
        picker.Find("[data-testid=add-style]").Change("Film");

        Assert.Equal("Film", added);
    }

    [Fact]
    public void Chip_Cross_TakesTheStyleAway()
    {
        string? removed = null;
        IRenderedComponent<StylePicker> picker = Render<StylePicker>(parameters => parameters
            .Add(part => part.Styles, s_styles).Add(part => part.Chosen, ["Oil"]).Add(part => part.OnRemove, name => removed = name));

        picker.Find("[aria-label='Remove style: Oil']").Click();

        Assert.Equal("Oil", removed);
    }

    [Fact]
    public void Chip_StyleThatIsNotHere_SaysSo()
    {
        IRenderedComponent<StylePicker> picker = Render<StylePicker>(parameters => parameters.Add(part => part.Styles, s_styles).Add(part => part.Chosen, ["Gone"]));

        Assert.Contains("no style named Gone", picker.Find(".chip").GetAttribute("title"), StringComparison.Ordinal);
    }
}
