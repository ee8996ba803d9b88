using SdStudio.Storage.Data;

namespace SdStudio.Storage.Models;

/// <summary>What lies in the model folders. Scanned at start and on demand; never blocks a reader.</summary>
public sealed class ModelCatalog : IDisposable, IAsyncDisposable
{
    private readonly IReadOnlyList<string> _roots;
    private readonly ModelHasher _hasher;
    private readonly SemaphoreSlim _scanning = new(1, 1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private volatile IReadOnlyList<ModelFile> _models = [];
    private Task _hashing = Task.CompletedTask;

    /// <param name="roots">Full paths of the folders that hold models; one that does not exist is passed over.</param>
    public ModelCatalog(StudioDatabase database, IReadOnlyList<string> roots)
    {
        _roots = roots;
        _hasher = new ModelHasher(database);
    }

    /// <summary>All models of the last scan, by title; empty before the first.</summary>
    public IReadOnlyList<ModelFile> Models => _models;

    /// <summary>Raised after a scan that found something new, changed or gone, and when a hash became known; on any thread.</summary>
    public event Action? Changed;

    /// <summary>Reads the folders once, without a database: by title, hashes unknown.</summary>
    /// <param name="roots">Full paths of the folders that hold models; one that does not exist is passed over.</param>
    public static IReadOnlyList<ModelFile> ReadFolders(IReadOnlyList<string> roots, CancellationToken cancellationToken = default) =>
        ModelScanner.Scan(roots, cancellationToken);

    /// <summary>The short hash by which "parameters" texts name a model, computed now, without a database.</summary>
    /// <returns>Null when the file cannot be read.</returns>
    public static Task<string?> HashAsync(ModelKind kind, string path, CancellationToken cancellationToken) =>
        ModelHasher.ComputeAsync(kind, path, cancellationToken);

    public ModelFile? Find(ModelKind kind, string name)
    {
        IReadOnlyList<ModelFile> models = _models;
        return models.FirstOrDefault(model => model.Kind == kind && model.Name == name)
            ?? models.FirstOrDefault(model => model.Kind == kind && model.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Reads all headers; hashes that are not known yet are computed afterwards, in the background.</summary>
    public async Task ScanAsync(CancellationToken cancellationToken = default)
    {
        await _scanning.WaitAsync(cancellationToken);
        try
        {
            // Disks may be slow to answer, and nothing in it is asynchronous: a thread of its own.
            IReadOnlyList<ModelFile> scanned = await Task.Factory.StartNew(
                () => ModelScanner.Scan(_roots, cancellationToken), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            var models = new List<ModelFile>();
            foreach (ModelFile model in scanned)
            {
                models.Add(model with { ShortHash = await _hasher.FindAsync(model, cancellationToken) });
            }

            bool isChanged;
            lock (_lock)
            {
                isChanged = !models.SequenceEqual(_models);
                _models = models;
                if (_hashing.IsCompleted && !_stopping.IsCancellationRequested)
                {
                    _hashing = Task.Run(() => HashAsync(_stopping.Token), CancellationToken.None);
                }
            }

            if (isChanged)
            {
                Changed?.Invoke();
            }
        }
        finally
        {
            _scanning.Release();
        }
    }

    /// <summary>Waits until all hashes are known that can be.</summary>
    internal Task WhenHashed()
    {
        lock (_lock)
        {
            return _hashing;
        }
    }

    public void Dispose() => _stopping.Cancel();

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await WhenHashed();
    }

    private async Task HashAsync(CancellationToken cancellationToken)
    {
        try
        {
            var tried = new HashSet<string>(StringComparer.Ordinal);
            while (_models.FirstOrDefault(model => model is { ShortHash: null, Problem: null } && !tried.Contains(model.Path)) is { } next)
            {
                tried.Add(next.Path);
                if (await _hasher.ComputeAsync(next, cancellationToken) is not { } hash)
                {
                    continue;
                }

                lock (_lock)
                {
                    _models = [.. _models.Select(model => model.Path == next.Path ? model with { ShortHash = hash } : model)];
                }

                Changed?.Invoke();
            }
        }
        catch (OperationCanceledException)
        {
            // The program ends; what is not known yet is computed after the next start.
        }
    }
}
