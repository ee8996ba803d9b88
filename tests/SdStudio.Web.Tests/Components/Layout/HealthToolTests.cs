using Bunit;
using Microsoft.Extensions.DependencyInjection;
using SdStudio.Diffusion;
using SdStudio.Storage.Models;
using SdStudio.Web.Components.Layout;
using SdStudio.Web.Generation;
using SdStudio.Web.Hosting;
using SdStudio.Web.Security;
using SdStudio.Web.Tests.Components.Parts;

namespace SdStudio.Web.Tests.Components.Layout;

public sealed class HealthToolTests : PartsContext, IAsyncLifetime
{
    private readonly StudioHost _host = new();

    public Task InitializeAsync()
    {
        var browser = new BrowserIdentity();
        browser.Become("me");
        Services.AddSingleton(browser);
        Services.AddSingleton(_host.Get<MachineReport>());
        Services.AddSingleton(_host.Get<PipelineHost>());
        Services.AddSingleton(_host.Get<GenerationQueue>());
        Services.AddSingleton(_host.Get<ModelCatalog>());
        return _host.Get<ModelCatalog>().ScanAsync();
    }

    async Task IAsyncLifetime.DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public void HealthTool_NothingRuns_IsReady()
    {
        var tool = Render<HealthTool>();

        Assert.Equal("This machine: Ready", tool.Find("[data-testid=health]").GetAttribute("aria-label"));
        Assert.Empty(tool.FindAll("[data-mine-made]"));
    }

    [Fact]
    public void HealthTool_DeviceCannotBeUsed_IsNotWellAndSaysWhy()
    {
        _host.Get<MachineReport>().DeviceProblem = "There is no CUDA card.";

        var tool = Render<HealthTool>();

        Assert.Equal("This machine: Not well", tool.Find("[data-testid=health]").GetAttribute("aria-label"));
        Assert.Contains("There is no CUDA card.", tool.Find("#bar-health").TextContent);
    }

    [Fact]
    public async Task HealthTool_MyPictureIsAskedFor_KnowsThatItIsMineUntilItIsMade()
    {
        var tool = Render<HealthTool>();
        IReadOnlyList<GenerationJob> jobs = await _host.Get<GenerationQueue>().EnqueueAsync(
            new ImageRecipe { Prompt = "a boat", Checkpoint = "postcard", Width = 128, Height = 128, Seed = 1, Steps = 4 }, 1, "me");

        await jobs[0].Completion;

        tool.WaitForAssertion(() => Assert.Equal("This machine: Ready", tool.Find("[data-testid=health]").GetAttribute("aria-label")), TimeSpan.FromSeconds(10));
        tool.WaitForAssertion(() => Assert.Empty(tool.FindAll("[data-mine-made]")), TimeSpan.FromSeconds(10));
    }
}
