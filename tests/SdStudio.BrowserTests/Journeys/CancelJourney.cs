using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace SdStudio.BrowserTests.Journeys;

/// <summary>Cancel: a running picture stops at once, and the next one is made.</summary>
[Collection(StudioCollection.Name)]
public sealed class CancelJourney(StudioFixture studio)
{
    [SkippableFact]
    public async Task Stop_WhileItRuns_KeepsTheLastPreviewAndTheNextPictureIsMade()
    {
        await using Visitor visitor = await studio.VisitAsync();
        IPage page = visitor.Page;
        await page.OpenCreateAsync("?steps=150");
        await page.MakeAsync("a sailboat at sunrise");
        await page.LivePreview().Locator("img").First.WaitForAsync();

        await page.GetByTestId("stop").ClickAsync();

        await page.GetByTestId("stopped").WaitForAsync();
        await Expect(page.GetByTestId("generate")).ToBeVisibleAsync();
        await page.OpenCreateAsync("?steps=8");
        await page.MakeAsync("a house in the snow");
        await page.FinishedAsync();
        Assert.Empty(visitor.Complaints);
    }
}
