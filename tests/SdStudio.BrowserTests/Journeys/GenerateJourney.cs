using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace SdStudio.BrowserTests.Journeys;

/// <summary>Generate and watch: words become a picture that is in the gallery.</summary>
[Collection(StudioCollection.Name)]
public sealed class GenerateJourney(StudioFixture studio)
{
    [SkippableFact]
    public async Task Generate_WatchedFromNoiseToPicture_IsInTheGallery()
    {
        await using Visitor visitor = await studio.VisitAsync();
        IPage page = visitor.Page;
        await page.OpenCreateAsync();
        await page.MakeAsync("a beach sunset with palm trees and waves crashing");

        await page.LivePreview().Locator("img").First.WaitForAsync();
        long id = await page.FinishedAsync();

        Assert.True(await page.Picture().IsDrawnAsync());
        await Expect(page.Picture()).ToHaveAttributeAsync("alt", "a beach sunset with palm trees and waves crashing");
        await page.OpenAsync("/gallery");
        await page.Locator($"a[href*='/picture/{id}']").First.WaitForAsync();
        Assert.Empty(visitor.Complaints);
    }

    [SkippableFact]
    public async Task Generate_WithTheKeyboardOnAPhone_ShowsThePicture()
    {
        await using Visitor visitor = await studio.VisitAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = 390, Height = 844 },
            HasTouch = true,
            IsMobile = true,
        });
        IPage page = visitor.Page;
        await page.OpenCreateAsync();
        await page.Prompt().FillAsync("a cat in the snow at night");
        await page.Prompt().PressAsync("Control+Enter");

        await page.FinishedAsync();

        Assert.True(await page.Picture().IsDrawnAsync());
        Assert.Equal(390, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        Assert.Empty(visitor.Complaints);
    }

    [SkippableFact]
    public async Task Generate_SeenFromASecondDevice_ShowsTheRunningJobWithinASecond()
    {
        await using Visitor maker = await studio.VisitAsync();
        await using Visitor watcher = await studio.VisitAsync();
        await maker.Page.OpenCreateAsync("?steps=150");
        await watcher.Page.OpenAsync("/gallery");
        await maker.Page.MakeAsync("a lighthouse in the rain");
        await maker.Page.LivePreview().Locator("img").First.WaitForAsync();

        await watcher.Page.OpenAsync("/");
        await watcher.Page.LivePreview().Locator("img").First.WaitForAsync();
        await maker.Page.ReloadAsync();
        await maker.Page.LivePreview().Locator("img").First.WaitForAsync();

        // The first answer already shows the picture; it hears clicks a moment later.
        await maker.Page.Locator("html[data-circuit=open]").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Attached });

        // Someone else's picture is shown, but it is not theirs to stop.
        await Expect(watcher.Page.GetByTestId("stop")).ToHaveCountAsync(0);
        await maker.Page.GetByTestId("stop").ClickAsync();
        await maker.Page.GetByTestId("stopped").WaitForAsync();
    }
}
