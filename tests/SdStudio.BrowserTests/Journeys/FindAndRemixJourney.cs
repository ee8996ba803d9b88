using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace SdStudio.BrowserTests.Journeys;

/// <summary>Find a picture by its words, put its recipe into the form, make the variation; delete and undo.</summary>
[Collection(StudioCollection.Name)]
public sealed class FindAndRemixJourney(StudioFixture studio)
{
    [SkippableFact]
    public async Task Search_FindsThePictureAndRemixBringsItsRecipeBack()
    {
        await using Visitor visitor = await studio.VisitAsync();
        IPage page = visitor.Page;
        await page.OpenCreateAsync("?steps=7&guidance=4.5&seed=1234");
        await page.MakeAsync("a yellow fish in the ocean");
        long id = await page.FinishedAsync();

        await page.OpenAsync("/gallery");
        await page.GetByTestId("search").FillAsync("yellow fish");
        await page.GetByTestId("search").PressAsync("Enter");
        await page.Locator($"a[href*='/picture/{id}']").First.ClickAsync();
        await page.WaitForURLAsync(StudioPage.PicturePath());
        await Expect(page.GetByTestId("picture-page")).ToContainTextAsync("1234");
        await page.GetByTestId("remix").ClickAsync();

        await Expect(page.Prompt()).ToHaveValueAsync("a yellow fish in the ocean");
        await page.GetByTestId("generate").ClickAsync();
        long again = await page.FinishedAsync(id);
        await page.OpenAsync($"/picture/{again}");
        await Expect(page.GetByTestId("picture-page")).ToContainTextAsync("1234");
        await Expect(page.GetByTestId("picture-page")).ToContainTextAsync("4.5");
        Assert.Empty(visitor.Complaints);
    }

    [SkippableFact]
    public async Task Delete_CanBeUndone()
    {
        await using Visitor visitor = await studio.VisitAsync();
        IPage page = visitor.Page;
        await page.OpenCreateAsync("?steps=4");
        await page.MakeAsync("a cabin in the mountains");
        long id = await page.FinishedAsync();
        await page.OpenAsync($"/picture/{id}");

        await page.GetByTestId("delete").ClickAsync();
        await page.GetByTestId("notice").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Undo" }).ClickAsync();

        await page.OpenAsync("/gallery");
        await page.Locator($"a[href*='/picture/{id}']").First.WaitForAsync();
        Assert.Empty(visitor.Complaints);
    }
}
