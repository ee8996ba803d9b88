using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading.Channels;
using SdStudio.Storage.Models;
using SdStudio.Storage.Plots;
using SdStudio.Web.Generation;

namespace SdStudio.Web.Plots;

/// <summary>
/// Makes plots, one after the other: a few cells of the oldest are in the queue at any time, so that the worker never waits for the next and
/// nobody else waits for a whole plot. What is made and what is left stands in the database; a restart goes on with both.
/// </summary>
public sealed partial class PlotRunner : BackgroundService
{
    /// <summary>Jobs of a plot in the queue: one is saved, one is made, one is next.</summary>
    private const int Ahead = 3;

    /// <summary>Plots that wait and are made; more is an accident.</summary>
    public const int MostUnfinished = 20;

    private static readonly TimeSpan s_afterFailure = TimeSpan.FromSeconds(5);

    private readonly PlotStore _plots;
    private readonly PlotGridFiles _grids;
    private readonly GenerationQueue _queue;
    private readonly ModelCatalog _catalog;
    private readonly PlotEstimate _estimate;
    private readonly TimeProvider _time;
    private readonly ILogger<PlotRunner> _logger;
    private readonly Listeners _listeners;
    private readonly ConcurrentDictionary<long, bool> _stopped = new();
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private ImmutableArray<PlotProgress> _unfinished = [];

    public PlotRunner(
        PlotStore plots, PlotGridFiles grids, GenerationQueue queue, ModelCatalog catalog, PlotEstimate estimate, TimeProvider time, ILogger<PlotRunner> logger)
    {
        (_plots, _grids, _queue, _catalog, _estimate, _time, _logger) = (plots, grids, queue, catalog, estimate, time, logger);
        _listeners = new Listeners(time, logger, TimeSpan.FromMilliseconds(200));
        _plots.Changed += OnChanged;
        _queue.AllCancelled += OnAllCancelled;
    }

    /// <summary>All that are being made or wait for it, in order; a snapshot.</summary>
    public IReadOnlyList<PlotProgress> Unfinished => _unfinished;

    /// <summary>Hears when plots come, go, get pictures, or end; on any thread, newest wins.</summary>
    public IDisposable Subscribe(Action changed) => _listeners.Add(changed);

    /// <summary>Begins a plot, or lets it wait for its turn.</summary>
    /// <returns>Null where too many wait.</returns>
    public async Task<Plot?> StartAsync(PlotDefinition definition, string owner, CancellationToken cancellationToken = default) =>
        _unfinished.Length >= MostUnfinished ? null : await _plots.AddAsync(definition, owner, cancellationToken);

    /// <summary>Ends the making of one's own plot; what is made stays.</summary>
    public async Task<bool> StopAsync(long id, string owner, CancellationToken cancellationToken = default)
    {
        if (await _plots.FindAsync(id, cancellationToken) is not { State: PlotState.Running } plot || plot.Owner != owner)
        {
            return false;
        }

        // First the mark: a cell that is handed out at this moment sees it.
        _stopped[id] = true;
        await _plots.StopAsync(id, CancellationToken.None);
        CancelJobs(id);
        return true;
    }

    /// <summary>Makes what is missing in one's own plot.</summary>
    /// <returns>How many pictures that are.</returns>
    public async Task<int> ContinueAsync(long id, string owner, CancellationToken cancellationToken = default)
    {
        if (await _plots.FindAsync(id, cancellationToken) is not { } plot || plot.Owner != owner || plot.State == PlotState.Running)
        {
            return 0;
        }

        _stopped.TryRemove(id, out _);
        return await _plots.ContinueAsync(id, cancellationToken);
    }

    public override void Dispose()
    {
        _plots.Changed -= OnChanged;
        _queue.AllCancelled -= OnAllCancelled;
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await _queue.WhenResumedAsync(stoppingToken);
            while (true)
            {
                await TurnAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The program ends; the next start goes on.
        }
    }

    private async Task TurnAsync(CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<Plot> unfinished = await _plots.UnfinishedAsync(cancellationToken);
            await ShowAsync(unfinished, cancellationToken);
            if (unfinished is [var plot, ..])
            {
                await RunAsync(plot, cancellationToken);
            }
            else
            {
                await _wake.Reader.ReadAsync(cancellationToken);
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Such as a full disk. What is stored is whole, so it is tried again, though not at once.
            LogFailed(exception);
            await Task.Delay(s_afterFailure, _time, cancellationToken);
        }
    }

    private async Task RunAsync(Plot plot, CancellationToken cancellationToken)
    {
        List<GenerationJob> inQueue = [.. _queue.Jobs.Where(job => job.Plot?.Plot == plot.Id)];
        while (true)
        {
            if (_stopped.ContainsKey(plot.Id))
            {
                await _plots.StopAsync(plot.Id, cancellationToken);
                CancelJobs(plot.Id);
            }

            // Storing a cell's job and taking it in belong together: not even the end of the program comes between.
            while (inQueue.Count < Ahead
                && await _queue.AddStoredAsync(() => _plots.HandOutAsync(plot.Id, CancellationToken.None), cancellationToken) is { } job)
            {
                inQueue.Add(job);
                if (_stopped.ContainsKey(plot.Id))
                {
                    job.Cancel();
                }
            }

            if (inQueue.Count == 0)
            {
                break;
            }

            await Task.WhenAny(inQueue.Select(job => job.Completion)).WaitAsync(cancellationToken);
            foreach (GenerationJob ended in inQueue.FindAll(job => job.Outcome is not null))
            {
                inQueue.Remove(ended);
                await SettleAsync(ended, cancellationToken);
            }

            await ShowAsync(await _plots.UnfinishedAsync(cancellationToken), cancellationToken);
        }

        if (_stopped.TryRemove(plot.Id, out _))
        {
            return;
        }

        await ComposeAsync(plot, cancellationToken);
        await _plots.FinishAsync(plot.Id, cancellationToken);
    }

    private async Task SettleAsync(GenerationJob job, CancellationToken cancellationToken)
    {
        string? reason = job.Outcome switch
        {
            JobOutcome.Failed failed => failed.Message,
            JobOutcome.Cancelled when !_stopped.ContainsKey(job.Plot!.Plot) => "Skipped.",
            _ => null,
        };
        if (reason is not null)
        {
            await _plots.FailAsync(job.Plot!, reason, cancellationToken);
        }
    }

    /// <summary>The labelled grids are an extra that can be made at any time; a plot without them is whole.</summary>
    private async Task ComposeAsync(Plot plot, CancellationToken cancellationToken)
    {
        try
        {
            for (int z = 0; z < plot.Definition.Size.Z; z++)
            {
                await _grids.FindAsync(plot, z, TitleOf, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogNotComposed(exception, plot.Id);
        }
    }

    private async Task ShowAsync(IReadOnlyList<Plot> unfinished, CancellationToken cancellationToken)
    {
        List<PlotProgress> shown = [];
        foreach (Plot plot in unfinished)
        {
            IReadOnlyDictionary<int, PlotPicture> made = await _plots.PicturesAsync(plot.Id, cancellationToken);
            List<int> left = [.. Enumerable.Range(0, plot.Definition.Cells).Where(cell => !made.ContainsKey(cell) && !plot.Failures.ContainsKey(cell))];
            shown.Add(new PlotProgress(plot, shown.Count == 0, plot.Definition.Cells - left.Count, _estimate.Of(left.Select(plot.Definition.RecipeOf))));
        }

        _unfinished = [.. shown];
        _listeners.Signal();
    }

    private string TitleOf(ModelKind kind, string name) => _catalog.Find(kind, name)?.Title ?? name;

    private void CancelJobs(long plot)
    {
        foreach (GenerationJob job in _queue.Jobs.Where(job => job.Plot?.Plot == plot).Reverse())
        {
            job.Cancel();
        }
    }

    private void OnChanged(long id)
    {
        _wake.Writer.TryWrite(true);
        _listeners.Signal();
    }

    /// <summary>"Stop" on the Create page means plots too.</summary>
    private void OnAllCancelled(string owner)
    {
        foreach (PlotProgress progress in _unfinished.Where(progress => progress.Plot.Owner == owner))
        {
            _stopped[progress.Plot.Id] = true;
        }
    }

    [LoggerMessage(LogLevel.Error, "Plots could not go on; they are tried again.")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(LogLevel.Warning, "The grid picture of plot {Plot} could not be made; its page makes it when somebody asks for it.")]
    private partial void LogNotComposed(Exception exception, long plot);
}
