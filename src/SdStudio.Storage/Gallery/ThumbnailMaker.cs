using System.Collections.Concurrent;
using SdStudio.Storage.Imaging;

namespace SdStudio.Storage.Gallery;

/// <summary>Makes missing thumbnails on demand: each once however many ask, one at a time, and on no thread that requests wait for.</summary>
internal sealed class ThumbnailMaker(ImageFiles files) : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<Task>> _running = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <exception cref="NetVips.VipsException">The picture is damaged.</exception>
    /// <param name="source">Full path of the picture.</param>
    public async Task MakeAsync(string file, string source, ThumbnailSize size, CancellationToken cancellationToken)
    {
        string path = files.ThumbnailPath(file, size);

        // The making is nobody's request in particular, so no one's cancellation ends it; who gives up just stops waiting.
        Lazy<Task> making = _running.GetOrAdd(path, _ => new Lazy<Task>(() => MakeInTurnAsync(source, size, path)));
        await making.Value.WaitAsync(cancellationToken);
    }

    private async Task MakeInTurnAsync(string source, ThumbnailSize size, string path)
    {
        await _turn.WaitAsync();
        try
        {
            byte[] webp = await Task.Factory.StartNew(
                () => Thumbnails.Encode(source, (int)size), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            await ImageFiles.WriteAsync(path, webp, CancellationToken.None);
        }
        finally
        {
            _running.TryRemove(path, out _);
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();
}
