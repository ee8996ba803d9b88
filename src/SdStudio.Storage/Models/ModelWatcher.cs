using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace SdStudio.Storage.Models;

/// <summary>
/// Scans again when something changes in the model folders. The system's own notice is quick but not sure: network drives give none, links
/// are not followed and every system has a limit; so all is looked through once in a while as well.
/// </summary>
public sealed partial class ModelWatcher(ModelCatalog catalog, ModelRootStore roots, ModelWatchSettings settings, ILogger<ModelWatcher> logger)
{
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Watches until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var watchers = new Dictionary<string, FileSystemWatcher?>(StringComparer.Ordinal);
        roots.Changed += OnChange;
        try
        {
            await WatchAsync(watchers, cancellationToken);
            bool isSettled = true;
            while (true)
            {
                await WaitAsync(isSettled ? settings.Poll : settings.Rest, cancellationToken);
                isSettled = await ScanAsync(cancellationToken);
                await WatchAsync(watchers, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The program ends.
        }
        finally
        {
            roots.Changed -= OnChange;
            foreach (FileSystemWatcher? watcher in watchers.Values)
            {
                watcher?.Dispose();
            }
        }
    }

    /// <summary>Until something changed and then was quiet for a moment, or the time is over.</summary>
    private async Task WaitAsync(TimeSpan longest, CancellationToken cancellationToken)
    {
        if (!await ChangedWithinAsync(longest, cancellationToken))
        {
            return;
        }

        // A copy changes its file for minutes: the scan that comes in between leaves that file alone and shows the others.
        long started = Environment.TickCount64;
        while (Environment.TickCount64 - started < settings.LongestDebounce.TotalMilliseconds && await ChangedWithinAsync(settings.Debounce, cancellationToken))
        {
        }
    }

    private async Task<bool> ChangedWithinAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(time);
        try
        {
            return await _changes.Reader.ReadAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task<bool> ScanAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await catalog.ScanRestedAsync(settings.Rest, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogFailed(exception);
            return true;
        }
    }

    /// <summary>Begins with folders that came and ends with those that went.</summary>
    private async Task WatchAsync(Dictionary<string, FileSystemWatcher?> watchers, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> paths = await roots.PathsAsync(cancellationToken);
        HashSet<string> folders = paths.SelectMany(path => ProgramLayout.Expand(path, out _)).Select(row => row.Folder).Where(Directory.Exists).ToHashSet(StringComparer.Ordinal);
        foreach (string gone in watchers.Keys.Where(folder => !folders.Contains(folder)).ToArray())
        {
            watchers.Remove(gone, out FileSystemWatcher? watcher);
            watcher?.Dispose();
        }

        foreach (string folder in folders.Where(folder => !watchers.ContainsKey(folder)))
        {
            watchers[folder] = Watch(folder);
        }
    }

    /// <returns>Null where the system gives no notice; the slow look serves there.</returns>
    private FileSystemWatcher? Watch(string folder)
    {
        FileSystemWatcher? watcher = null;
        try
        {
            watcher = new FileSystemWatcher(folder)
            {
                IncludeSubdirectories = true,
                NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size,
            };
            watcher.Created += (_, _) => OnChange();
            watcher.Changed += (_, _) => OnChange();
            watcher.Deleted += (_, _) => OnChange();
            watcher.Renamed += (_, _) => OnChange();
            // Too many at once, or the folder is gone: whatever it was, a scan tells.
            watcher.Error += (_, _) => OnChange();
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            watcher?.Dispose();
            LogUnwatched(folder, settings.Poll.TotalMinutes, exception.Message);
            return null;
        }
    }

    private void OnChange() => _changes.Writer.TryWrite(true);

    [LoggerMessage(LogLevel.Warning, "The system gives no notice of changes in {Folder}; it is looked through every {Minutes:0} minutes. {Reason}")]
    private partial void LogUnwatched(string folder, double minutes, string reason);

    [LoggerMessage(LogLevel.Error, "The model folders could not be looked through; the next try comes with the next change.")]
    private partial void LogFailed(Exception exception);
}
