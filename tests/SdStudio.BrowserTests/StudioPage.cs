using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace SdStudio.BrowserTests;

/// <summary>What people do on the pages, in their words.</summary>
internal static partial class StudioPage
{
    public static ILocator Prompt(this IPage page) => page.GetByTestId("prompt");

    public static ILocator LivePreview(this IPage page) => page.GetByTestId("live-preview");

    /// <summary>The finished picture on the Create page.</summary>
    public static ILocator Picture(this IPage page) => page.GetByTestId("picture");

    /// <summary>Opens the Create page and waits until it answers to clicks.</summary>
    public static Task OpenCreateAsync(this IPage page, string query = "") => page.OpenAsync("/" + query);

    /// <summary>Opens a page and waits until it answers to clicks.</summary>
    public static async Task OpenAsync(this IPage page, string path)
    {
        await page.GotoAsync(path);
        await page.Locator("html[data-circuit=open]").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Attached });
    }

    /// <summary>Types a prompt and presses Generate.</summary>
    public static async Task MakeAsync(this IPage page, string prompt)
    {
        await page.Prompt().FillAsync(prompt);
        await page.GetByTestId("generate").ClickAsync();
    }

    /// <summary>Waits for a finished picture other than <paramref name="than"/>.</summary>
    /// <returns>Its id in the gallery.</returns>
    public static async Task<long> FinishedAsync(this IPage page, long than = 0)
    {
        ILocator picture = page.Locator($"[data-testid=picture]:not([data-image='{than}'])");
        await picture.WaitForAsync();
        return long.Parse((await picture.GetAttributeAsync("data-image"))!, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Whether the picture's bytes have arrived and are pixels.</summary>
    public static async Task<bool> IsDrawnAsync(this ILocator picture) =>
        await picture.EvaluateAsync<bool>("async image => { await image.decode(); return image.naturalWidth > 0; }");

    public static Regex PicturePath() => PicturePattern();

    [GeneratedRegex("/picture/[0-9]+")]
    private static partial Regex PicturePattern();
}
