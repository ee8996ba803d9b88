using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace SdStudio.BrowserTests.Journeys;

/// <summary>The owner sets a passphrase at the computer, and gets models from another device with it.</summary>
[Collection(StudioCollection.Name)]
public sealed class OwnerJourney(StudioFixture studio)
{
    private const string Passphrase = "a sentence to remember";

    [SkippableFact]
    public async Task Passphrase_ProvenOnAnotherDevice_OpensWhatIsTheOwners()
    {
        await using Visitor host = await studio.VisitAsync();
        // Whoever comes through a proxy is not at the computer, although the connection comes from it.
        await using Visitor neighbour = await studio.VisitAsync(new BrowserNewContextOptions { ExtraHTTPHeaders = new Dictionary<string, string> { ["X-Forwarded-For"] = "192.168.1.7" } });
        await host.Page.OpenAsync("/owner");
        await host.Page.GetByLabel("Passphrase", new PageGetByLabelOptions { Exact = true }).FillAsync(Passphrase);
        await host.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Set it" }).ClickAsync();
        await Expect(host.Page.GetByText("The passphrase is set").First).ToBeVisibleAsync();

        IPage page = neighbour.Page;
        await page.OpenAsync("/models/get");
        await Expect(page.GetByTestId("owner-only")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("ask")).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "with the passphrase" }).ClickAsync();
        await ProveAsync(page, "a sentence to forget");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("That is not the passphrase");
        await ProveAsync(page, Passphrase);

        await page.WaitForURLAsync("**/models/get");
        await UntilItAnswersAsync(page);
        await page.GetByLabel("Link to a model").FillAsync("this leads nowhere");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Look it up" }).ClickAsync();
        await Expect(page.GetByTestId("problem")).ToContainTextAsync("This is no link");

        await host.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Remove it" }).ClickAsync();
        await Expect(host.Page.GetByText("No passphrase yet")).ToBeVisibleAsync();
        await page.OpenAsync("/models/get");
        await Expect(page.GetByTestId("owner-only")).ToBeVisibleAsync();
        Assert.Empty(host.Complaints);
        Assert.Empty(neighbour.Complaints);
    }

    private static async Task ProveAsync(IPage page, string passphrase)
    {
        await UntilItAnswersAsync(page);
        await page.GetByLabel("Passphrase", new PageGetByLabelOptions { Exact = true }).FillAsync(passphrase);
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Continue" }).ClickAsync();
    }

    /// <summary>Before that, the page draws its fields anew and forgets what was typed.</summary>
    private static Task UntilItAnswersAsync(IPage page) =>
        page.Locator("html[data-circuit=open]").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Attached });
}
