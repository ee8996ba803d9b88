using Microsoft.Playwright;

namespace SdStudio.BrowserTests;

/// <summary>One server and one browser for all journeys; every journey gets a clean browser context.</summary>
public sealed class StudioFixture : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private string? _reason;
    private StudioServer? _server;

    public string Address => _server!.Address;

    public async Task InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        (_browser, _reason) = await Chromium.LaunchAsync(_playwright);
        if (_browser is not null)
        {
            _server = new StudioServer();
        }
    }

    /// <summary>A person with a browser of their own; the test is skipped with the reason where there is no browser.</summary>
    public async Task<Visitor> VisitAsync(BrowserNewContextOptions? options = null)
    {
        Skip.If(_browser is null, _reason);
        options ??= new BrowserNewContextOptions();
        options.BaseURL = Address;
        options.ViewportSize ??= new ViewportSize { Width = 1440, Height = 900 };
        IBrowserContext context = await _browser.NewContextAsync(options);
        context.SetDefaultTimeout(30_000);
        return new Visitor(context, await context.NewPageAsync(), Address);
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }
}
