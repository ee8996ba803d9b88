using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace SdStudio.BrowserTests.Journeys;

/// <summary>Writing a prompt: names are completed, those that are not here are said, and Ctrl and the arrows weigh words.</summary>
[Collection(StudioCollection.Name)]
public sealed class WriteJourney(StudioFixture studio)
{
    [SkippableFact]
    public async Task Prompt_WhileItIsWritten_CompletesNamesAndSaysWhatIsNotHere()
    {
        await using Visitor visitor = await studio.VisitAsync();
        IPage page = visitor.Page;
        await page.OpenCreateAsync("?prompt=a%20tree");
        ILocator prompt = page.Prompt(), options = page.Locator("#prompt-options [role=option]"), hint = page.GetByTestId("prompt-hint");
        await prompt.FocusAsync();
        await prompt.PressAsync("Control+End");

        await prompt.PressSequentiallyAsync(" <lora:dino");
        await Expect(options).ToHaveCountAsync(1);
        await Expect(prompt).ToHaveAttributeAsync("aria-activedescendant", "prompt-option-0");
        await prompt.PressAsync("Enter");
        await Expect(prompt).ToHaveValueAsync(new Regex("^a tree <lora:dinosaur:[0-9.]+>$"));
        await Expect(options.First).ToBeHiddenAsync();

        await prompt.PressSequentiallyAsync(" (red __nothing__ end");
        await Expect(hint).ToContainTextAsync("never closed");
        await Expect(hint).ToContainTextAsync("no wildcard named nothing");
        await prompt.PressAsync("Control+ArrowUp");
        await Expect(prompt).ToHaveValueAsync(new Regex(@"\(end:1\.1\)$"));

        // Suggestions close without taking a letter away.
        await prompt.PressAsync("Control+End");
        await prompt.PressSequentiallyAsync(" <");
        await Expect(options.First).ToBeVisibleAsync();
        await prompt.PressAsync("Escape");
        await Expect(options.First).ToBeHiddenAsync();
        await Expect(prompt).ToHaveValueAsync(new Regex(" <$"));
        Assert.Empty(visitor.Complaints);
    }
}
