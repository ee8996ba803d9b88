using SdStudio.Storage.Gallery;
using SdStudio.Storage.Import;
using SdStudio.Web.Generation;
using SdStudio.Web.Security;

namespace SdStudio.Web.Imports;

/// <summary>
/// Takes the folders of the owner into the gallery, one at a time, and steps aside while pictures are made. They are kept in the database, so a restart goes
/// on with them. Everybody may look; changes need the owner.
/// </summary>
public sealed partial class ImportQueue : BackgroundService
{
    private const string Right = "import folders of this computer";

    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(500);

    /// <summary>Between two pictures while the machine makes some: a twentieth of a core at most.</summary>
    private static readonly TimeSpan s_breath = TimeSpan.FromMilliseconds(400);

    /// <summary>Open galleries lay themselves out anew at most this often.</summary>
    private static readonly TimeSpan s_tellInterval = TimeSpan.FromSeconds(4);

    private readonly ImportStore _store;
    private readonly FolderImporter _importer;
    private readonly GalleryStore _gallery;
    private readonly GenerationQueue _generation;
    private readonly TimeProvider _time;
    private readonly ILogger<ImportQueue> _logger;
    private readonly Listeners _listeners;
    private readonly SemaphoreSlim _wake = new(0);
    private readonly Lock _gate = new();
    private (FolderImport Import, CancellationTokenSource Stop, long StartedAt, int SeenBefore)? _running;
    private long _toldAt;

    public ImportQueue(ImportStore store, FolderImporter importer, GalleryStore gallery, GenerationQueue generation, TimeProvider time, ILogger<ImportQueue> logger)
    {
        (_store, _importer, _gallery, _generation, _time, _logger) = (store, importer, gallery, generation, time, logger);
        _listeners = new Listeners(time, logger, s_interval);
    }

    /// <summary>Hears of every change, on any thread, a few times a second at most.</summary>
    public IDisposable Subscribe(Action changed) => _listeners.Add(changed);

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<ImportEntry>> ListAsync(CancellationToken cancellationToken = default)
    {
        IReadOnlyList<FolderImport> imports = await _store.ListAsync(cancellationToken);
        lock (_gate)
        {
            return [.. imports.Select(import => _running is { } running && running.Import.Id == import.Id && import.State == ImportState.Open
                ? new ImportEntry(running.Import, IsRunning: true, LeftOf(running.Import, running.StartedAt, running.SeenBefore))
                : new ImportEntry(import, IsRunning: false, Left: null))];
        }
    }

    /// <summary>Orders the import of a folder of this computer.</summary>
    /// <returns>What is wrong with it, for the field; null when it was ordered.</returns>
    /// <exception cref="OwnerOnlyException">It is a visitor who asks.</exception>
    public async Task<string?> AddAsync(string folder, bool copies, OwnerIdentity by, string browser, CancellationToken cancellationToken = default)
    {
        Demand(by);
        (FolderImport? import, string? problem) = await _store.AddAsync(folder, copies, browser, cancellationToken);
        if (import is not null)
        {
            LogOrdered(import.Folder);
            Wake();
        }

        return problem;
    }

    /// <summary>Ends one; what came in stays.</summary>
    /// <exception cref="OwnerOnlyException">It is a visitor who asks.</exception>
    public async Task CancelAsync(long id, OwnerIdentity by)
    {
        Demand(by);
        await _store.SetStateAsync(id, ImportState.Cancelled);
        lock (_gate)
        {
            if (_running is { } running && running.Import.Id == id)
            {
                // On another thread, since whoever waits for it goes on at once.
                running.Stop.CancelAfter(TimeSpan.Zero);
            }
        }

        _listeners.Signal();
    }

    /// <summary>Goes on with one that was cancelled or stopped by itself.</summary>
    /// <exception cref="OwnerOnlyException">It is a visitor who asks.</exception>
    public async Task ResumeAsync(long id, OwnerIdentity by)
    {
        Demand(by);
        await _store.SetStateAsync(id, ImportState.Open);
        Wake();
    }

    /// <summary>Takes one that has ended off the list; its pictures stay.</summary>
    /// <exception cref="OwnerOnlyException">It is a visitor who asks.</exception>
    public async Task RemoveAsync(long id, OwnerIdentity by)
    {
        Demand(by);
        await _store.RemoveAsync(id);
        _listeners.Signal();
    }

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _importer.Added += Tell;
        _wake.Release();
        return base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _importer.Added -= Tell;
        _wake.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await _wake.WaitAsync(stoppingToken);
                while (await NextAsync(stoppingToken) is { } import)
                {
                    await RunAsync(import, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The program ends; the import stays open and goes on after the next start.
        }
    }

    private async Task<FolderImport?> NextAsync(CancellationToken stoppingToken)
    {
        try
        {
            return await _store.NextAsync(stoppingToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogBroken(exception, "the list of imports");
            return null;
        }
    }

    private async Task RunAsync(FolderImport import, CancellationToken stoppingToken)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        lock (_gate)
        {
            _running = (import, stop, _time.GetTimestamp(), import.Seen);
        }

        _listeners.Signal();
        try
        {
            FolderImport ended = await _importer.RunAsync(import, new Sink(Show), BreatheAsync, stop.Token);
            LogEnded(ended.Folder, ended.Added, ended.Known, ended.Unreadable);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            stoppingToken.ThrowIfCancellationRequested();
        }
        catch (Exception exception)
        {
            LogBroken(exception, import.Folder);
            await _store.SetStateAsync(import.Id, ImportState.Failed, "Something inside the program went wrong; the log of the server says more.", stoppingToken);
        }
        finally
        {
            lock (_gate)
            {
                _running = null;
            }

            _listeners.Signal();
        }

        _gallery.Refresh();
    }

    private void Show(FolderImport import)
    {
        lock (_gate)
        {
            if (_running is { } running)
            {
                _running = running with { Import = import };
            }
        }

        _listeners.Signal();
    }

    /// <summary>Pictures that are being made go first.</summary>
    private async ValueTask BreatheAsync(CancellationToken cancellationToken)
    {
        if (_generation.Running is not null)
        {
            await Task.Delay(s_breath, _time, cancellationToken);
        }
    }

    private void Tell(long id)
    {
        long now = _time.GetTimestamp();
        if (_toldAt == 0 || _time.GetElapsedTime(_toldAt, now) >= s_tellInterval)
        {
            _toldAt = now;
            _gallery.Refresh();
        }
    }

    private TimeSpan? LeftOf(FolderImport import, long startedAt, int seenBefore)
    {
        int seen = import.Seen - seenBefore;
        return import.Total is { } total && seen > 0 ? _time.GetElapsedTime(startedAt) * ((double)(total - import.Seen) / seen) : null;
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

    [LoggerMessage(LogLevel.Information, "Import ordered: {Folder}.")]
    private partial void LogOrdered(string folder);

    [LoggerMessage(LogLevel.Information, "Import of {Folder} ended: {Added} pictures came in, {Known} were here already, {Unreadable} cannot be read.")]
    private partial void LogEnded(string folder, int added, int known, int unreadable);

    [LoggerMessage(LogLevel.Error, "Importing {Folder} failed.")]
    private partial void LogBroken(Exception exception, string folder);

    /// <summary>At once and in order, which <see cref="Progress{T}"/> is not.</summary>
    private sealed class Sink(Action<FolderImport> show) : IProgress<FolderImport>
    {
        public void Report(FolderImport value) => show(value);
    }
}
