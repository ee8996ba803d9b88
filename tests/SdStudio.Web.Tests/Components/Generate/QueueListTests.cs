using Bunit;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using SdStudio.Tests;
using SdStudio.Web.Components.Generate;
using SdStudio.Web.Generation;
using SdStudio.Web.Security;
using SdStudio.Web.Tests.Components.Parts;
using SdStudio.Web.Tests.Generation;

namespace SdStudio.Web.Tests.Components.Generate;

public sealed class QueueListTests : PartsContext, IAsyncLifetime
{
    private readonly StepGate _gate = new();
    private Workshop _workshop = null!;

    public async Task InitializeAsync()
    {
        _workshop = await Workshop.OpenAsync(_gate.Pipeline());
        var browser = new BrowserIdentity();
        browser.Become("me");
        Services.AddSingleton(_workshop.Queue);
        Services.AddSingleton(_workshop.Catalog);
        Services.AddSingleton(_workshop.PlotRunner);
        Services.AddSingleton(browser);
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        _gate.OpenForGood();
        await DisposeComponentsAsync();
        await _workshop.DisposeAsync();
        _gate.Dispose();
    }

    [Fact]
    public async Task List_JobsOfTwoBrowsers_OnlyOnesOwnCanBeRemovedAndMoved()
    {
        await FillAsync();

        IRenderedComponent<QueueList> list = Render<QueueList>();

        Assert.Equal(4, list.FindAll("li:not(.swap)").Count);
        Assert.Equal(2, list.FindAll("[aria-label^='Remove ']").Count);
        Assert.Equal(2, list.FindAll(".grip").Count);
        Assert.Contains("2 of 4 are yours", list.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Grip_AltArrowUp_MovesTheJobBeforeOnesOtherOne()
    {
        (GenerationJob first, GenerationJob second) = await FillAsync();
        IRenderedComponent<QueueList> list = Render<QueueList>();

        await list.FindAll(".grip")[1].KeyDownAsync(new KeyboardEventArgs { Key = "ArrowUp", AltKey = true });

        var order = _workshop.Queue.Jobs.ToList();
        Assert.True(order.IndexOf(second) < order.IndexOf(first));
        Assert.NotEmpty(list.Find("[role=status]").TextContent);
    }

    [Fact]
    public async Task Remove_OwnJob_TakesItOut()
    {
        (GenerationJob first, _) = await FillAsync();
        IRenderedComponent<QueueList> list = Render<QueueList>();

        await list.FindAll("[aria-label^='Remove ']")[0].ClickAsync();

        Assert.DoesNotContain(first, _workshop.Queue.Jobs);
        list.WaitForAssertion(() => Assert.Equal(3, list.FindAll("li:not(.swap)").Count), TimeSpan.FromSeconds(60));
    }

    /// <summary>One of someone else runs; then wait one's own, one of someone else, and one's own.</summary>
    private async Task<(GenerationJob First, GenerationJob Second)> FillAsync()
    {
        GenerationJob running = await _workshop.AddAsync(owner: "someone");
        await Until.True(() => _workshop.Queue.Running == running, "the first job to run");
        GenerationJob first = await _workshop.AddAsync(seed: 2);
        await _workshop.AddAsync(seed: 3, owner: "someone");
        return (first, await _workshop.AddAsync(seed: 4));
    }
}
