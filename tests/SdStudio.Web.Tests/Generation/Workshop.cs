using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using SdStudio.Diffusion;
using SdStudio.Diffusion.Pipelines;
using SdStudio.Storage.Data;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Jobs;
using SdStudio.Storage.Models;
using SdStudio.Storage.Plots;
using SdStudio.Storage.Sharing;
using SdStudio.Tests;
using SdStudio.Web.Configuration;
using SdStudio.Web.Generation;
using SdStudio.Web.Hosting;
using SdStudio.Web.Plots;

namespace SdStudio.Web.Tests.Generation;

/// <summary>Queue, worker, saver and previews over a real database and a real catalogue; only the networks are pretended.</summary>
internal sealed class Workshop : IAsyncDisposable
{
    private readonly string _folder;
    private readonly StudioDatabase _database;
    private readonly ModelCatalog _catalog;
    private readonly IHostedService[] _services;
    private readonly PipelineLoader? _load;
    private bool _isStopped;

    private Workshop(string folder, FakePipeline pipeline, int capacity, IReadOnlyList<string> roots, PipelineLoader? load)
    {
        _load = load;
        (_folder, Pipeline) = (folder, pipeline);
        TimeProvider time = TimeProvider.System;
        IOptions<GenerationOptions> options = Options.Create(new GenerationOptions { QueueCapacity = capacity });
        GalleryPaths paths = new(folder);
        _database = new StudioDatabase(paths);
        Profiles = new ModelProfileStore(_database);
        _catalog = new ModelCatalog(_database, new ModelRootStore(_database, roots), Profiles);
        Jobs = new JobStore(_database, time);
        Gallery = new GalleryStore(_database, paths, time, NullLogger<GalleryStore>.Instance);
        Links = new ShareLinkStore(_database, time);
        Times = new PictureTimes();
        Machine = new MachineReport(paths);
        QueueLedger ledger = new(Jobs, NullLogger<QueueLedger>.Instance);
        Queue = new GenerationQueue(Jobs, ledger, Times, options, time, NullLogger<GenerationQueue>.Instance);
        PictureSaver saver = new(Gallery, Queue, time, NullLogger<PictureSaver>.Instance);
        PreviewPump pump = new(time, NullLogger<PreviewPump>.Instance);
        Pipelines = new PipelineHost(Load, static (_, _) => { }, new ModelMemory(0, static () => 0));
        Worker = new GenerationWorker(Queue, _catalog, Pipelines, static () => { }, () => ClosedDevices++, saver, pump, Times, new RecipeLimits(options), Machine, time, NullLogger<GenerationWorker>.Instance);
        Plots = new PlotStore(_database, time);
        Grids = new PlotGridFiles(paths, Gallery, Plots);
        PlotRunner = new PlotRunner(Plots, Grids, Queue, _catalog, new PlotEstimate(Times), time, NullLogger<PlotRunner>.Instance);
        _services = [ledger, saver, pump, Worker, PlotRunner];
    }

    public FakePipeline Pipeline { get; private set; }

    /// <summary>How often a model was loaded.</summary>
    public int Loads { get; private set; }

    /// <summary>How often the device was given up.</summary>
    public int ClosedDevices { get; private set; }

    public JobStore Jobs { get; }

    public GalleryStore Gallery { get; }

    public ModelCatalog Catalog => _catalog;

    public ModelProfileStore Profiles { get; }

    public ShareLinkStore Links { get; }

    public GenerationQueue Queue { get; }

    public PlotStore Plots { get; }

    public PlotGridFiles Grids { get; }

    public PlotRunner PlotRunner { get; }

    public MachineReport Machine { get; }

    public PictureTimes Times { get; }

    public PipelineHost Pipelines { get; }

    public GenerationWorker Worker { get; }

    public static ImageRecipe Recipe(long seed = 1, int steps = 4, string checkpoint = "postcard") =>
        new() { Prompt = "a beach", Checkpoint = checkpoint, Width = 32, Height = 24, Steps = steps, Seed = seed };

    /// <param name="roots">Model folders; the shipped one where none are given.</param>
    /// <param name="load">Loads models; pretended where none is given.</param>
    public static async Task<Workshop> OpenAsync(
        FakePipeline? pipeline = null, string? folder = null, int capacity = 100, IReadOnlyList<string>? roots = null, PipelineLoader? load = null)
    {
        Workshop workshop = new(folder ?? Directory.CreateTempSubdirectory("sdstudio-").FullName, pipeline ?? new FakePipeline(), capacity, roots ?? [RepositoryRoot.Models], load);
        await workshop._database.MigrateAsync();
        await workshop.Gallery.RecoverAsync();
        foreach (IHostedService service in workshop._services)
        {
            await service.StartAsync(CancellationToken.None);
        }

        return workshop;
    }

    public async Task<GenerationJob> AddAsync(long seed = 1, string owner = "me", int steps = 4, string checkpoint = "postcard") =>
        Assert.Single(await Queue.EnqueueAsync(Recipe(seed, steps, checkpoint), 1, owner));

    /// <summary>Stops as the host does, in reverse order, and opens the same folder again.</summary>
    public async Task<Workshop> RestartAsync(FakePipeline? pipeline = null)
    {
        await StopAsync();
        Close();
        return await OpenAsync(pipeline, _folder);
    }

    /// <summary>All pictures, in the order in which they were finished.</summary>
    public async Task<IReadOnlyList<GalleryImage>> PicturesAsync() =>
        [.. (await Gallery.PageAsync(new GalleryQuery(), null, 100)).Reverse()];

    public async ValueTask DisposeAsync()
    {
        if (_isStopped)
        {
            return;
        }

        await StopAsync();
        Close();
        Directory.Delete(_folder, recursive: true);
    }

    private IImagePipeline Load(PipelineDemand demand, IProgress<double> loaded, CancellationToken cancellationToken)
    {
        Loads++;
        if (_load is not null)
        {
            return _load(demand, loaded, cancellationToken);
        }

        if (Pipeline.IsDisposed)
        {
            Pipeline = new FakePipeline { BeforeStep = Pipeline.BeforeStep };
        }

        return Pipeline;
    }

    private async Task StopAsync()
    {
        foreach (IHostedService service in _services.Reverse())
        {
            await service.StopAsync(CancellationToken.None);
        }
    }

    private void Close()
    {
        _isStopped = true;
        _catalog.Dispose();
        Grids.Dispose();
        Gallery.Dispose();
        _database.Dispose();
    }
}
