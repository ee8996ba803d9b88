using SdStudio.Storage.Models;
using SdStudio.Storage.Models.Downloads;
using SdStudio.Web.Generation;
using SdStudio.Web.Security;

namespace SdStudio.Web.Downloads;

/// <summary>
/// Carries out the owner's downloads, one at a time and in order. They are kept in the model folder, so a restart goes on with them;
/// what is in place joins the models at once. Everybody may look; changes need the owner.
/// </summary>
public sealed partial class DownloadQueue : BackgroundService
{
    /// <summary>Downloads in the list, finished ones not counted.</summary>
    public const int Most = 50;

    private const string Right = "get models";
    private const int MostDone = 20;

    // Numbers that change faster cannot be read.
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(250);

    private readonly DownloadSettings _settings;
    private readonly DownloadFolder _folder;
    private readonly ModelCatalog _catalog;
    private readonly TimeProvider _time;
    private readonly ILogger<DownloadQueue> _logger;
    private readonly Listeners _listeners;
    private readonly SemaphoreSlim _wake = new(0);

    private readonly Lock _gate = new();
    private readonly List<DownloadEntry> _entries = [];
    private (string Id, CancellationTokenSource Stop)? _running;

    public DownloadQueue(DownloadSettings settings, DownloadFolder folder, ModelCatalog catalog, TimeProvider time, ILogger<DownloadQueue> logger)
    {
        (_settings, _folder, _catalog, _time, _logger) = (settings, folder, catalog, time, logger);
        _listeners = new Listeners(time, logger, s_interval);
    }

    /// <summary>In the order in which they were asked for; a snapshot.</summary>
    public IReadOnlyList<DownloadEntry> Entries
    {
        get
        {
            lock (_gate)
            {
                return [.. _entries];
            }
        }
    }

    /// <summary>Hears of every change, on any thread, a few times a second at most.</summary>
    public IDisposable Subscribe(Action changed) => _listeners.Add(changed);

    /// <summary>Why a plan cannot be ordered now, for people; null when it can.</summary>
    public string? Complaint(DownloadPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        DownloadEntry[] open = [.. Entries.Where(entry => entry.State != DownloadState.Done)];
        return _settings.Offline ? "SdStudio works offline: Downloads:Offline is on in the settings, so no server is asked for anything."
            : open.Any(entry => entry.Plan.Target == plan.Target) ? $"{plan.Target} is among the downloads already."
            : open.Length >= Most ? $"{Most} downloads wait already. Let some of them finish."
            : _folder.Complaint(plan, _settings);
    }

    /// <summary>Adds a download at the end; kept on disk before this returns.</summary>
    /// <exception cref="OwnerOnlyException">It is a visitor who asks.</exception>
    /// <exception cref="DownloadException">It cannot be ordered: <see cref="Complaint"/>.</exception>
    public DownloadEntry Add(DownloadPlan plan, OwnerIdentity by)
    {
        Demand(by);
        if (Complaint(plan) is { } complaint)
        {
            throw new DownloadException(complaint) { IsFinal = true };
        }

        DownloadEntry entry = new(DownloadOrder.Of(plan, _time), DownloadState.Waiting, Received: 0);
        try
        {
            _folder.Save(entry.Order);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new DownloadException($"{plan.Title} cannot be kept in {_folder.ModelRoot}: {problem.Message}", problem) { IsFinal = true };
        }

        lock (_gate)
        {
            _entries.Add(entry);
        }

        LogOrdered(plan.Title, plan.Target);
        Wake();
        return entry;
    }

    /// <summary>Makes a download stand still, also over a restart; what was received is kept.</summary>
    /// <exception cref="OwnerOnlyException">It is a visitor who asks.</exception>
    public void Pause(string id, OwnerIdentity by)
    {
        Demand(by);
        if (Change(id, entry => entry.State is DownloadState.Waiting or DownloadState.Running, entry => Still(entry, DownloadState.Paused) with { Order = entry.Order with { IsPaused = true } }) is { } paused
            && !Stop(id))
        {
            Keep(paused.Order);
        }
    }

    /// <summary>Goes on with one that stands still: paused, or failed.</summary>
    /// <exception cref="OwnerOnlyException">It is a visitor who asks.</exception>
    public void Resume(string id, OwnerIdentity by)
    {
        Demand(by);
        if (Change(id, entry => entry.State is DownloadState.Paused or DownloadState.Failed, entry => Still(entry, DownloadState.Waiting) with { Order = entry.Order with { IsPaused = false, Problem = null } }) is { } resumed)
        {
            Keep(resumed.Order);
            Wake();
        }
    }

    /// <summary>Takes a download out of the list and throws away what was received; of a finished one only the line goes.</summary>
    /// <exception cref="OwnerOnlyException">It is a visitor who asks.</exception>
    public void Cancel(string id, OwnerIdentity by)
    {
        Demand(by);
        DownloadEntry? gone;
        lock (_gate)
        {
            gone = _entries.Find(entry => entry.Id == id);
            _entries.RemoveAll(entry => entry.Id == id);
        }

        // One that runs is thrown away when it has let go of its files.
        if (gone is not null && gone.State != DownloadState.Done && !Stop(id))
        {
            ThrowAway(gone.Order);
        }

        _listeners.Signal();
    }

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (DownloadOrder order in _folder.Read())
            {
                DownloadState state = order.Problem is not null ? DownloadState.Failed : order.IsPaused ? DownloadState.Paused : DownloadState.Waiting;
                _entries.Add(new DownloadEntry(order, state, _folder.Received(order)));
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // The studio works without them; they are there again when the disk is.
            LogNotRead(problem);
        }

        Wake();
        return base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _wake.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_settings.Offline)
        {
            return;
        }

        using ModelDownload download = new(_settings, _folder, _time);
        try
        {
            while (true)
            {
                await _wake.WaitAsync(stoppingToken);
                while (Begin(stoppingToken) is var (entry, stop))
                {
                    using (stop)
                    {
                        await RunAsync(download, entry, stop.Token, stoppingToken);
                    }
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The program ends; the order stays on disk and is taken up after the next start.
        }
    }

    private async Task RunAsync(ModelDownload download, DownloadEntry entry, CancellationToken stop, CancellationToken stopping)
    {
        DownloadOrder order = entry.Order;
        Func<DownloadEntry, DownloadEntry>? end = null;
        try
        {
            string path = await download.RunAsync(order, new Sink(progress => Show(order.Id, progress)), stop);
            LogFetched(order.Plan.Title);
            // It is a model only once the catalogue knows it.
            await _catalog.ScanAsync(stopping);
            end = running => running with { State = DownloadState.Done, Received = order.Plan.Size ?? running.Progress?.Received ?? 0, Progress = null, Path = path };
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            stopping.ThrowIfCancellationRequested();
        }
        catch (DownloadException problem)
        {
            LogNotFetched(order.Plan.Title, problem.Message);
            end = running => Failed(running, problem.Message);
        }
        catch (Exception problem)
        {
            LogBroken(problem, order.Plan.Title);
            end = running => Failed(running, "Something inside the program went wrong; the log of the server says more.");
        }

        End(order, end);
    }

    /// <summary>The run is over: what was asked meanwhile comes before what came of it.</summary>
    private void End(DownloadOrder order, Func<DownloadEntry, DownloadEntry>? end)
    {
        DownloadEntry? now;
        lock (_gate)
        {
            _running = null;
            int index = _entries.FindIndex(entry => entry.Id == order.Id);
            now = index < 0 ? null : _entries[index];
            if (now is { State: DownloadState.Running } || (now is not null && end?.Invoke(now) is { State: DownloadState.Done }))
            {
                // Without an end it was stopped and taken up again at once.
                now = _entries[index] = end?.Invoke(now) ?? Still(now, DownloadState.Waiting);
            }

            ForgetOldest();
        }

        if (now is null)
        {
            ThrowAway(order);
        }
        else if (now.State is DownloadState.Paused or DownloadState.Failed)
        {
            Keep(now.Order);
        }

        _listeners.Signal();
    }

    private (DownloadEntry Entry, CancellationTokenSource Stop)? Begin(CancellationToken stopping)
    {
        lock (_gate)
        {
            int next = _entries.FindIndex(entry => entry.State == DownloadState.Waiting);
            if (next < 0)
            {
                return null;
            }

            CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            _entries[next] = _entries[next] with { State = DownloadState.Running };
            _running = (_entries[next].Id, stop);
            return (_entries[next], stop);
        }
    }

    /// <returns>False when it does not run.</returns>
    private bool Stop(string id)
    {
        CancellationTokenSource? stop;
        lock (_gate)
        {
            stop = _running is { } running && running.Id == id ? running.Stop : null;
            // Under the lock, after which it may be disposed; on another thread, since whoever waits for it goes on at once.
            stop?.CancelAfter(TimeSpan.Zero);
        }

        return stop is not null;
    }

    private DownloadEntry? Change(string id, Predicate<DownloadEntry> when, Func<DownloadEntry, DownloadEntry> change)
    {
        DownloadEntry? changed = null;
        lock (_gate)
        {
            int index = _entries.FindIndex(entry => entry.Id == id && when(entry));
            if (index >= 0)
            {
                changed = _entries[index] = change(_entries[index]);
            }
        }

        _listeners.Signal();
        return changed;
    }

    private void Show(string id, DownloadProgress progress) =>
        Change(id, entry => entry.State == DownloadState.Running, entry => entry with { Progress = progress, Received = progress.Received });

    private static DownloadEntry Still(DownloadEntry entry, DownloadState state) => entry with { State = state, Progress = null };

    private static DownloadEntry Failed(DownloadEntry entry, string problem) =>
        Still(entry, DownloadState.Failed) with { Order = entry.Order with { Problem = problem } };

    private void ForgetOldest()
    {
        while (_entries.Count(entry => entry.State == DownloadState.Done) > MostDone)
        {
            _entries.RemoveAt(_entries.FindIndex(entry => entry.State == DownloadState.Done));
        }
    }

    private void Keep(DownloadOrder order) => Guarded(order, () => _folder.Save(order));

    private void ThrowAway(DownloadOrder order) => Guarded(order, () => _folder.Remove(order));

    /// <summary>The list is right even where the disk is not: after a restart it then shows what the disk says.</summary>
    private void Guarded(DownloadOrder order, Action act)
    {
        try
        {
            act();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            LogNotKept(problem, order.Plan.Title);
        }
    }

    private void Wake()
    {
        _wake.Release();
        _listeners.Signal();
    }

    private static void Demand(OwnerIdentity by)
    {
        ArgumentNullException.ThrowIfNull(by);
        by.Demand(Right);
    }

    [LoggerMessage(LogLevel.Information, "Ordered: {Title}, to {Target}.")]
    private partial void LogOrdered(string title, string target);

    [LoggerMessage(LogLevel.Information, "Fetched: {Title}.")]
    private partial void LogFetched(string title);

    [LoggerMessage(LogLevel.Warning, "Not fetched: {Title}. {Reason}")]
    private partial void LogNotFetched(string title, string reason);

    [LoggerMessage(LogLevel.Error, "Fetching {Title} failed.")]
    private partial void LogBroken(Exception problem, string title);

    [LoggerMessage(LogLevel.Warning, "The downloads of the last run could not be read.")]
    private partial void LogNotRead(Exception problem);

    [LoggerMessage(LogLevel.Warning, "The order of {Title} could not be changed on disk.")]
    private partial void LogNotKept(Exception problem, string title);

    /// <summary>At once and in order, which <see cref="Progress{T}"/> is not.</summary>
    private sealed class Sink(Action<DownloadProgress> show) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => show(value);
    }
}
