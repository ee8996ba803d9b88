using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace SdStudio.BrowserTests;

/// <summary>No serious finding of axe on any page, at a desk and on a phone, in both themes.</summary>
[Collection(StudioCollection.Name)]
public sealed class AccessibilityTests(StudioFixture studio)
{
    private static readonly string[] s_serious = ["serious", "critical"];

    [SkippableTheory]
    [InlineData("/", 1440, ColorScheme.Dark)]
    [InlineData("/", 390, ColorScheme.Light)]
    [InlineData("/gallery", 1440, ColorScheme.Light)]
    [InlineData("/gallery", 390, ColorScheme.Dark)]
    [InlineData("/picture/1", 1440, ColorScheme.Dark)]
    [InlineData("/picture/1", 390, ColorScheme.Light)]
    [InlineData("/trash", 1440, ColorScheme.Dark)]
    [InlineData("/models", 1440, ColorScheme.Light)]
    [InlineData("/models", 390, ColorScheme.Dark)]
    [InlineData("/models?kind=loras", 390, ColorScheme.Light)]
    [InlineData("/models?q=nothing+of+that+name", 1440, ColorScheme.Dark)]
    [InlineData("/models/1", 1440, ColorScheme.Dark)]
    [InlineData("/models/1", 390, ColorScheme.Light)]
    [InlineData("/models/get", 1440, ColorScheme.Dark)]
    [InlineData("/models/get", 390, ColorScheme.Light)]
    [InlineData("/wildcards", 1440, ColorScheme.Light)]
    [InlineData("/wildcards?new=1", 390, ColorScheme.Dark)]
    [InlineData("/styles", 1440, ColorScheme.Dark)]
    [InlineData("/styles", 390, ColorScheme.Light)]
    [InlineData("/owner", 1440, ColorScheme.Light)]
    [InlineData("/about", 1440, ColorScheme.Dark)]
    [InlineData("/nowhere", 390, ColorScheme.Light)]
    [InlineData("/s/AAAAAAAAAAAAAAAAAAAAAA", 390, ColorScheme.Light)]
    public async Task Page_ToAxe_HasNoSeriousFinding(string path, int width, ColorScheme theme)
    {
        await using Visitor visitor = await studio.VisitAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
            ColorScheme = theme,
            ReducedMotion = ReducedMotion.Reduce,
        });
        if (path == "/picture/1")
        {
            await visitor.Page.OpenCreateAsync("?steps=2");
            await visitor.Page.MakeAsync("a tree in the rain");
            path = $"/picture/{await visitor.Page.FinishedAsync()}";
        }

        if (path == "/models/1")
        {
            await visitor.Page.OpenAsync("/models?kind=loras");
            path = (await visitor.Page.GetByTestId("model-card").First.Locator("h2 a").GetAttributeAsync("href"))!;
        }

        await visitor.Page.GotoAsync(path);
        await visitor.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);

        AxeResult result = await visitor.Page.RunAxe();

        Assert.Empty(result.Violations.Where(finding => s_serious.Contains(finding.Impact))
            .Select(finding => $"{finding.Id}: {finding.Help} at {string.Join("; ", finding.Nodes.Select(node => node.Target))}"));
    }
}
