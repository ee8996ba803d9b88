using Microsoft.Playwright;

namespace SdStudio.BrowserTests;

/// <summary>The browser the tests drive: an installed Chromium or Chrome, else the one the test library installs itself.</summary>
internal static class Chromium
{
    private static readonly string[] s_places =
    [
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome",
        "/usr/bin/google-chrome-stable",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "Google", "Chrome", "Application", "chrome.exe"),
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFilesX86), "Google", "Chrome", "Application", "chrome.exe"),
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFilesX86), "Microsoft", "Edge", "Application", "msedge.exe"),
    ];

    // Nothing that the browser does by itself may reach out: on a closed network those attempts only slow it.
    private static readonly string[] s_quiet =
    [
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ];

    /// <returns>The running browser, or the reason why there is none.</returns>
    public static async Task<(IBrowser? Browser, string? Reason)> LaunchAsync(IPlaywright playwright)
    {
        string? installed = s_places.FirstOrDefault(File.Exists);
        if (installed is null && Microsoft.Playwright.Program.Main(["install", "chromium"]) != 0)
        {
            return (null, "No Chromium or Chrome is installed, and the test library could not install its own. Install one, for example with \"apt-get install chromium\".");
        }

        try
        {
            return (await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = installed, Args = s_quiet }), null);
        }
        catch (PlaywrightException exception)
        {
            return (null, $"The browser did not start: {exception.Message}");
        }
    }
}
