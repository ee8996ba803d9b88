using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using SdStudio.Storage.Plots;
using SdStudio.Web.Components.Plots;

namespace SdStudio.Web.Tests.Components.Plots;

public sealed class PlotPageTests : PlotContext
{
    private const string Address = "/plot?prompt=a red cat&model=postcard&width=256&height=256&steps=4&guidance=3&sampler=euler&schedule=normal&seed=7";

    [Fact]
    public void Page_OpenedFromCreate_ShowsTheRecipeAndAsksForAnAxis()
    {
        IRenderedComponent<PlotPage> page = Open(Address);

        Assert.Contains("a red cat", page.Find(".prompt").TextContent, StringComparison.Ordinal);
        Assert.True(page.Find("[data-testid=make-plot]").HasAttribute("disabled"));
        Assert.Contains("prompt=a%20red%20cat", page.Find(".hd a").GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public void Axes_Written_TellHowManyPicturesAndWhatTheyAre()
    {
        IRenderedComponent<PlotPage> page = Open(Address);
        Write(page, 0, "steps", "2-6 (+2)");
        Write(page, 1, "guidance", "1-3 [3]");
        Write(page, 2, "replace", "red, \"blue, dark\"");

        Assert.Contains("18 pictures", page.Find(".count").TextContent, StringComparison.Ordinal);
        Assert.Contains("3 × 3 × 2", page.Find(".count").TextContent, StringComparison.Ordinal);
        Assert.Equal(["2", "4", "6"], Axis(page, 0).QuerySelectorAll("li").Select(chip => chip.TextContent.Trim()));
        Assert.Equal(["red", "blue, dark"], Axis(page, 2).QuerySelectorAll("li").Select(chip => chip.TextContent.Trim()));
    }

    [Fact]
    public void Axis_WithAMistake_SaysItThereAndCannotBeMade()
    {
        IRenderedComponent<PlotPage> page = Open(Address);
        Write(page, 0, "steps", "2-6");
        Write(page, 1, "sampler", "Euler, Eulor");

        Assert.Contains("“Eulor”", Axis(page, 1).QuerySelector("[role=alert]")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("true", Axis(page, 1).QuerySelector("input")!.GetAttribute("aria-invalid"));
        Assert.Null(Axis(page, 0).QuerySelector("[role=alert]"));
        Assert.True(page.Find("[data-testid=make-plot]").HasAttribute("disabled"));
    }

    [Theory]
    [InlineData("steps", "1-200", "Steps go from 1")]
    [InlineData("size", "256x250", "steps of")]
    public void Axis_WithAValueThatCannotBeMade_SaysItThere(string field, string text, string words)
    {
        IRenderedComponent<PlotPage> page = Open(Address);
        Write(page, 0, field, text);

        Assert.Contains(words, Axis(page, 0).QuerySelector("[role=alert]")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Axes_WithTooManyPictures_AreRefused()
    {
        IRenderedComponent<PlotPage> page = Open(Address);
        Write(page, 0, "seed", "1-100");
        Write(page, 1, "steps", "1-50");

        Assert.Contains("5000 pictures are too many", page.Find(".sum").TextContent, StringComparison.Ordinal);
        Assert.True(page.Find("[data-testid=make-plot]").HasAttribute("disabled"));
    }

    [Fact]
    public void Axes_OfTheSameField_AreRefused()
    {
        IRenderedComponent<PlotPage> page = Open(Address);
        Write(page, 0, "steps", "1-3");
        Write(page, 1, "steps", "4-5");

        Assert.Contains("on another axis", Axis(page, 1).TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void All_OfSamplers_FillsInEveryName()
    {
        IRenderedComponent<PlotPage> page = Open(Address);
        Choose(page, 0, "schedule");
        Axis(page, 0).QuerySelector("button.all")!.Click();

        Assert.Contains("19 pictures", page.Find(".count").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_Reloaded_HasTheAxesThatWereWritten()
    {
        IRenderedComponent<PlotPage> page = Open(Address);
        Write(page, 0, "steps", "2-6 (+2)");
        Write(page, 2, "replace", "red, \"blue & dark\"");
        string address = Services.GetRequiredService<NavigationManager>().Uri;

        IRenderedComponent<PlotPage> again = Open(address);

        Assert.Equal("2-6 (+2)", Axis(again, 0).QuerySelector("input")!.GetAttribute("value"));
        Assert.Equal("red, \"blue & dark\"", Axis(again, 2).QuerySelector("input")!.GetAttribute("value"));
        Assert.Contains("6 pictures", again.Find(".count").TextContent, StringComparison.Ordinal);
        Assert.Contains("a red cat", again.Find(".prompt").TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("&x=colour:red")]
    [InlineData("&x=steps")]
    [InlineData("&x=:::")]
    public void Page_OfAnAddressWithNonsense_AsksForAnAxis(string axes) =>
        Assert.Equal("", Axis(Open(Address + axes), 0).QuerySelector("select")!.GetAttribute("value") ?? "");

    [Fact]
    public void Page_OfAPromptWithChoices_HasTheirWords()
    {
        string words = Open(Address.Replace("a red cat", "a {red|blue} cat", StringComparison.Ordinal)).Find(".prompt").TextContent.Trim();

        Assert.Contains(words, new[] { "a red cat", "a blue cat" });
    }

    [Fact]
    public async Task Make_StartsThePlotAndGoesToIt()
    {
        IRenderedComponent<PlotPage> page = Open(Address);
        Write(page, 0, "seed", "5, -1");

        await page.Find("[data-testid=make-plot]").ClickAsync();

        Plot plot = Assert.Single(await Workshop.Plots.ListAsync(10));
        Assert.Equal(("me", "a red cat", 2), (plot.Owner, plot.Definition.Recipe.Prompt, plot.Definition.Cells));
        Assert.EndsWith($"/plots/{plot.Id}", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
        LetAllThrough();
        await DoneAsync(plot);
    }

    [Fact]
    public async Task Again_TakesOverRecipeAndAxes()
    {
        Plot plot = await StartAsync(("seed", ["1", "2"]), ("guidance", ["2", "4"]));
        LetAllThrough();
        await DoneAsync(plot);

        IRenderedComponent<PlotPage> page = Open($"/plot?again={plot.Id}");

        Assert.Equal("seed", Axis(page, 0).QuerySelector("select")!.GetAttribute("value"));
        Assert.Equal("2, 4", Axis(page, 1).QuerySelector("input")!.GetAttribute("value"));
        page.WaitForAssertion(() => Assert.Contains("4 pictures", page.Find(".plot").TextContent, StringComparison.Ordinal), s_patience);
    }

    private IRenderedComponent<PlotPage> Open(string address)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        return Render<PlotPage>();
    }

    private static IElement Axis(IRenderedComponent<PlotPage> page, int axis) => page.FindAll("[data-testid=axis]")[axis];

    private static void Write(IRenderedComponent<PlotPage> page, int axis, string field, string text)
    {
        Choose(page, axis, field);
        Axis(page, axis).QuerySelector("input")!.Change(text);
        page.WaitForState(() => Axis(page, axis).QuerySelector("input")?.GetAttribute("value") == text, s_patience);
    }

    /// <summary>The page may be busy with something else; then it answers a moment later.</summary>
    private static void Choose(IRenderedComponent<PlotPage> page, int axis, string field)
    {
        Axis(page, axis).QuerySelector("select")!.Change(field);
        page.WaitForState(() => Axis(page, axis).QuerySelector("input") is not null, s_patience);
    }
}
