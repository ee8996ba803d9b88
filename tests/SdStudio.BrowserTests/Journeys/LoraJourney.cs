using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace SdStudio.BrowserTests.Journeys;

/// <summary>Choose a LoRA: from the Models page, in the prompt and by its slider it is the same one.</summary>
[Collection(StudioCollection.Name)]
public sealed partial class LoraJourney(StudioFixture studio)
{
    [SkippableFact]
    public async Task Lora_TakenFromTheModelsPage_IsOneInChipPromptAndPicture()
    {
        await using Visitor visitor = await studio.VisitAsync();
        IPage page = visitor.Page;
        ILocator chip = page.Locator("section.panel [data-testid=loras] .name");
        await page.OpenCreateAsync("?prompt=a+beach&steps=2");
        await page.WaitForURLAsync("**/*steps=2*");
        await page.OpenAsync("/models?kind=loras");

        await page.GetByTestId("model-card").First.GetByText("Use", new LocatorGetByTextOptions { Exact = true }).ClickAsync();
        await chip.WaitForAsync();
        await page.WaitForURLAsync(LoraInAddress());
        string lora = LoraInAddress().Match(Uri.UnescapeDataString(page.Url)).Groups[1].Value;

        // Out of the list and into the words: the same chip.
        await page.Locator("section.panel [data-testid=loras] .remove").ClickAsync();
        await Expect(chip).ToHaveCountAsync(0);
        await page.Prompt().FillAsync($"a beach <lora:{lora}:0.5>");
        await Expect(chip.Locator("b")).ToHaveTextAsync("0.5");
        await chip.ClickAsync();
        await page.GetByLabel("Weight: more").ClickAsync();
        await Expect(page.Prompt()).ToHaveValueAsync($"a beach <lora:{lora}:0.6>");
        await page.Keyboard.PressAsync("Escape");

        await page.GetByTestId("generate").ClickAsync();
        long id = await page.FinishedAsync();
        await page.OpenAsync($"/picture/{id}");
        await Expect(page.GetByTestId("recipe")).ToContainTextAsync("0.6");
        await Expect(page.Locator("h1")).ToHaveTextAsync("a beach");
        Assert.Empty(visitor.Complaints);
    }

    [GeneratedRegex("lora=([^:&%]+)(:|%3A)")]
    private static partial Regex LoraInAddress();
}
