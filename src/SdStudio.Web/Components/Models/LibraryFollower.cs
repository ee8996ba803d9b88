using SdStudio.Storage.Gallery;
using SdStudio.Storage.Models;
using SdStudio.Web.Generation;

namespace SdStudio.Web.Components.Models;

/// <summary>
/// Keeps a page of models up to date: with the catalogue and the pictures, and with which model is loaded, which changes with the jobs. Hashes
/// become known by the thousand after a first scan, so many changes at once are one reload. Used inside the page's circuit.
/// </summary>
internal sealed class LibraryFollower : IDisposable
{
    private readonly ModelCatalog _catalog;
    private readonly GalleryStore _gallery;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _rest;
    private readonly Func<Func<Task>, Task> _enter;
    private readonly Func<Task> _reload;
    private readonly IDisposable _jobs;
    private readonly CancellationTokenSource _gone = new();
    private int _changes;
    private bool _reloading;

    /// <param name="enter">Enters the circuit.</param>
    /// <param name="reload">Reads everything anew and draws it.</param>
    /// <param name="draw">Draws what is known.</param>
    /// <param name="rest">Between two reloads, for a page that shows many models.</param>
    public LibraryFollower(
        ModelCatalog catalog, GalleryStore gallery, GenerationQueue queue, TimeProvider clock, Func<Func<Task>, Task> enter, Func<Task> reload, Action draw, TimeSpan rest = default)
    {
        (_catalog, _gallery, _clock, _enter, _reload, _rest) = (catalog, gallery, clock, enter, reload, rest);
        Left = _gone.Token;
        _catalog.Changed += OnChanged;
        _gallery.Changed += OnPictureChanged;
        _jobs = queue.Subscribe(() => _ = enter(() =>
        {
            draw();
            return Task.CompletedTask;
        }));
    }

    /// <summary>Cancelled when the page is left.</summary>
    public CancellationToken Left { get; }

    public void Dispose()
    {
        _catalog.Changed -= OnChanged;
        _gallery.Changed -= OnPictureChanged;
        _jobs.Dispose();
        _gone.Cancel();
        _gone.Dispose();
    }

    private void OnPictureChanged(long id) => OnChanged();

    private void OnChanged()
    {
        Interlocked.Increment(ref _changes);
        _ = _enter(ReloadAsync);
    }

    private async Task ReloadAsync()
    {
        if (_reloading || Left.IsCancellationRequested)
        {
            return;
        }

        _reloading = true;
        try
        {
            int seen;
            do
            {
                seen = Volatile.Read(ref _changes);
                await _reload();
                await Task.Delay(_rest, _clock, Left);
            }
            while (seen != Volatile.Read(ref _changes));
        }
        catch (OperationCanceledException)
        {
            // The page was left meanwhile.
        }
        finally
        {
            _reloading = false;
        }
    }
}
