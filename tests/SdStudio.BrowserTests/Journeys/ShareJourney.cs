using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace SdStudio.BrowserTests.Journeys;

/// <summary>A link opens in a clean browser without script, and closes when it is revoked: page, picture and thumbnail.</summary>
[Collection(StudioCollection.Name)]
public sealed class ShareJourney(StudioFixture studio)
{
    [SkippableFact]
    public async Task Link_OpensForAGuestUntilItIsRevoked()
    {
        await using Visitor visitor = await studio.VisitAsync();
        IPage page = visitor.Page;
        await page.OpenCreateAsync("?steps=4");
        await page.MakeAsync("a purple flower in a meadow");
        long id = await page.FinishedAsync();
        await page.OpenAsync($"/picture/{id}");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Share" }).ClickAsync();
        await page.GetByTestId("create-link").ClickAsync();
        string link = await page.GetByTestId("link").InputValueAsync();

        await using Visitor guest = await studio.VisitAsync(new BrowserNewContextOptions { JavaScriptEnabled = false });
        IResponse? opened = await guest.Page.GotoAsync(link);
        Assert.Equal(200, opened!.Status);
        await Expect(guest.Page.Locator("img").First).ToBeVisibleAsync();
        string token = new Uri(link).AbsolutePath;
        Assert.Equal(200, await StatusAsync(guest, token + "/picture.png"));
        Assert.Equal(200, await StatusAsync(guest, token + "/thumbnail.webp"));
        Assert.DoesNotContain($"pictures/{id}", await guest.Page.ContentAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain($"picture/{id}", await guest.Page.ContentAsync(), StringComparison.Ordinal);

        await page.GetByTestId("revoke").First.ClickAsync();
        await Expect(page.GetByTestId("revoke")).ToHaveCountAsync(0);

        IResponse? ended = await guest.Page.GotoAsync(link);
        Assert.InRange(ended!.Status, 404, 410);
        Assert.DoesNotContain("flower", await guest.Page.ContentAsync(), StringComparison.Ordinal);
        Assert.InRange(await StatusAsync(guest, token + "/picture.png"), 404, 410);
        Assert.InRange(await StatusAsync(guest, token + "/thumbnail.webp"), 404, 410);
        Assert.Empty(visitor.Complaints);
    }

    private static async Task<int> StatusAsync(Visitor visitor, string path) =>
        (await visitor.Page.Context.APIRequest.GetAsync(path)).Status;
}
