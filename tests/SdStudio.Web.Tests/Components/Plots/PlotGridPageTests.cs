using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using SdStudio.Storage.Plots;
using SdStudio.Web.Components.Plots;

namespace SdStudio.Web.Tests.Components.Plots;

public sealed class PlotGridPageTests : PlotContext
{
    [Fact]
    public async Task Page_OfADonePlot_HasEveryPictureBetweenItsLabels()
    {
        Plot plot = await StartAsync(("steps", ["1", "2", "3"]), ("seed", ["7", "8"]));
        LetAllThrough();
        await DoneAsync(plot);

        IRenderedComponent<PlotGridPage> page = Open(plot);

        Assert.Equal(["Steps 1", "Steps 2", "Steps 3"], page.FindAll("thead th:not(.corner)").Select(label => label.TextContent.Trim()));
        Assert.Equal(["Seed 7", "Seed 8"], page.FindAll("tbody th").Select(label => label.TextContent.Trim()));
        Assert.Equal(6, page.FindAll("[data-large]").Count);
        Assert.Equal("Steps 3 · Seed 8", page.Find("[data-x='2'][data-y='1']").GetAttribute("aria-label"));
        Assert.Contains("6 pictures", page.Find("[role=status]").TextContent, StringComparison.Ordinal);
        Assert.Single(page.FindAll(".cell[tabindex='0']"));
        Assert.Equal($"/plot?again={plot.Id}", page.Find("a[href^='/plot?again']").GetAttribute("href"));
        Assert.Equal($"/plots/{plot.Id}/grid-0.jpg?download", page.Find("[data-testid=download-grid]").GetAttribute("href"));
    }

    [Fact]
    public async Task Page_WhileItIsMade_FillsIn()
    {
        Plot plot = await StartAsync(("seed", ["1", "2", "3"]));
        IRenderedComponent<PlotGridPage> page = Open(plot);
        Assert.Empty(page.FindAll("[data-large]"));

        LetThrough(1);
        page.WaitForAssertion(() => Assert.Single(page.FindAll("[data-large]")), s_patience);
        page.WaitForAssertion(() => Assert.Contains("1 of 3", page.Find("[role=status]").TextContent, StringComparison.Ordinal), s_patience);
        page.WaitForAssertion(() => Assert.Equal("Seed 2: being made", page.Find("[data-x='1']").GetAttribute("aria-label")), s_patience);

        LetAllThrough();
        page.WaitForAssertion(() => Assert.Equal(3, page.FindAll("[data-large]").Count), s_patience);
        page.WaitForAssertion(() => Assert.Contains("3 pictures", page.Find("[role=status]").TextContent, StringComparison.Ordinal), s_patience);
        Assert.Empty(page.FindAll("[data-testid=stop-plot]"));
    }

    [Fact]
    public async Task Tabs_OfTheThirdAxis_ShowOneGridEach()
    {
        Plot plot = await StartAsync(("seed", ["1", "2"]), ("guidance", ["2"]), ("steps", ["1", "2"]));
        LetAllThrough();
        await DoneAsync(plot);
        IRenderedComponent<PlotGridPage> page = Open(plot);
        string? first = page.Find("[data-x='0']").GetAttribute("data-page");

        await page.Find("[data-tab='1']").ClickAsync();

        Assert.Equal("true", page.Find("[data-tab='1']").GetAttribute("aria-selected"));
        Assert.NotEqual(first, page.Find("[data-x='0']").GetAttribute("data-page"));
        Assert.Equal("Seed 1 · Guidance 2 · Steps 2", page.Find("[data-x='0']").GetAttribute("data-caption"));
        Assert.Equal($"/plots/{plot.Id}/grid-1.jpg?download", page.Find("[data-testid=download-grid]").GetAttribute("href"));
    }

    [Fact]
    public async Task Stop_AndGoOn_MakeTheRest()
    {
        Plot plot = await StartAsync(("seed", ["1", "2", "3"]));
        IRenderedComponent<PlotGridPage> page = Open(plot);
        LetThrough(1);
        page.WaitForAssertion(() => Assert.Single(page.FindAll("[data-large]")), s_patience);

        await page.Find("[data-testid=stop-plot]").ClickAsync();
        page.WaitForAssertion(() => Assert.Contains("Go on", page.Find("[data-testid=continue-plot]").TextContent, StringComparison.Ordinal), s_patience);
        LetAllThrough();
        await page.Find("[data-testid=continue-plot]").ClickAsync();

        page.WaitForAssertion(() => Assert.Equal(3, page.FindAll("[data-large]").Count), s_patience);
    }

    [Fact]
    public async Task Picture_MovedToTheTrash_LeavesAnEmptyCellThatCanBeMadeAgain()
    {
        Plot plot = await StartAsync(("seed", ["1", "2"]));
        LetAllThrough();
        await DoneAsync(plot);
        IRenderedComponent<PlotGridPage> page = Open(plot);

        await Workshop.Gallery.TrashAsync([(await Workshop.Plots.PicturesAsync(plot.Id))[1].Id]);

        page.WaitForAssertion(() => Assert.Equal("Seed 2: the picture was deleted", page.Find("[data-x='1']").GetAttribute("aria-label")), s_patience);
        Assert.Contains("Make 1 missing", page.Find("[data-testid=continue-plot]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_OfSomeoneElsesPlot_OffersNoStop()
    {
        Plot plot = (await Workshop.PlotRunner.StartAsync(new PlotDefinition(Generation.Workshop.Recipe(steps: 1), [new PlotAxis("seed", "1, 2", ["1", "2"])]), "someone"))!;

        IRenderedComponent<PlotGridPage> page = Open(plot);

        Assert.Empty(page.FindAll("[data-testid=stop-plot]"));
        Assert.Empty(page.FindAll("[data-testid=continue-plot]"));
        LetAllThrough();
        await DoneAsync(plot);
    }

    [Fact]
    public async Task Forget_LeavesThePictures()
    {
        Plot plot = await StartAsync(("seed", ["1", "2"]));
        LetAllThrough();
        await DoneAsync(plot);
        IRenderedComponent<PlotGridPage> page = Open(plot);

        await page.Find("[aria-label='Forget this plot']").ClickAsync();

        Assert.Null(await Workshop.Plots.FindAsync(plot.Id));
        Assert.Equal(2, (await Workshop.PicturesAsync()).Count);
        Assert.EndsWith("/plot", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_OfAPlotThatIsNotThere_SaysSo() =>
        Assert.Contains("not here any more", Render<PlotGridPage>(parameters => parameters.Add(page => page.Id, 99)).Markup, StringComparison.Ordinal);

    private IRenderedComponent<PlotGridPage> Open(Plot plot) => Render<PlotGridPage>(parameters => parameters.Add(page => page.Id, plot.Id));
}
