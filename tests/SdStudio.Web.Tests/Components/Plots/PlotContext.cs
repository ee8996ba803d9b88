using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using SdStudio.Diffusion.Prompts;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Plots;
using SdStudio.Storage.Styles;
using SdStudio.Storage.Wildcards;
using SdStudio.Tests;
using SdStudio.Web.Configuration;
using SdStudio.Web.Generation;
using SdStudio.Web.Plots;
using SdStudio.Web.Security;
using SdStudio.Web.Tests.Components.Parts;
using SdStudio.Web.Tests.Generation;
using SdStudio.Web.Verification;

namespace SdStudio.Web.Tests.Components.Plots;

/// <summary>Pages over the real queue, database, catalogue and runner; only the networks are pretended.</summary>
public abstract class PlotContext : PartsContext, IAsyncLifetime
{
    protected static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly StepGate _gate = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("sdstudio-").FullName;

    private protected Workshop Workshop { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Workshop = await SdStudio.Web.Tests.Generation.Workshop.OpenAsync(_gate.Pipeline());
        await Workshop.Catalog.ScanAsync();
        var browser = new BrowserIdentity();
        browser.Become("me");
        Services.AddSingleton(TimeProvider.System);
        Services.AddSupplyValueFromQueryProvider();
        Services.AddSingleton(Workshop.Queue);
        Services.AddSingleton(new RecipeLimits(Options.Create(new GenerationOptions())));
        Services.AddSingleton(Workshop.Gallery);
        Services.AddSingleton(Workshop.Catalog);
        Services.AddSingleton(Workshop.Plots);
        Services.AddSingleton(Workshop.Grids);
        Services.AddSingleton(Workshop.PlotRunner);
        Services.AddSingleton(new PlotEstimate(Workshop.Times));
        Services.AddSingleton(new PictureVerifier(Workshop.Gallery, Workshop.Queue, Workshop.Catalog, NullLogger<PictureVerifier>.Instance));
        WildcardFolder wildcards = new(Path.Combine(_folder, "wildcards"), TimeProvider.System);
        Services.AddSingleton(new StyleStore(new GalleryPaths(_folder)));
        Services.AddSingleton<IWildcards>(wildcards);
        Services.AddSingleton<PromptExpansion>();
        Services.AddSingleton(browser);
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        _gate.OpenForGood();
        await DisposeComponentsAsync();
        await Workshop.DisposeAsync();
        _gate.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    protected void LetThrough(int steps) => _gate.Open(steps);

    protected void LetAllThrough() => _gate.OpenForGood();

    protected async Task<Plot> StartAsync(params (string Field, string[] Values)[] axes) =>
        (await Workshop.PlotRunner.StartAsync(new PlotDefinition(SdStudio.Web.Tests.Generation.Workshop.Recipe(steps: 1), [.. axes.Select(axis => new PlotAxis(axis.Field, string.Join(", ", axis.Values), [.. axis.Values]))]), "me"))!;

    protected Task DoneAsync(Plot plot) => Until.True(async () => (await Workshop.Plots.FindAsync(plot.Id))!.State == PlotState.Done, "the plot is done");
}
