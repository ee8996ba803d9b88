using SdStudio.Storage.Data;

namespace SdStudio.Storage.Models;

/// <summary>What lies in the model folders. Scanned at start, on demand and by the watcher; never blocks a reader.</summary>
public sealed class ModelCatalog : IDisposable, IAsyncDisposable
{
    private readonly ModelRootStore _roots;
    private readonly ModelProfileStore _profiles;
    private readonly ModelHasher _hasher;
    private readonly ModelScanner _scanner = new();
    private readonly SemaphoreSlim _scanning = new(1, 1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private volatile IReadOnlyList<ModelFile> _models = [];
    private Task _hashing = Task.CompletedTask;

    /// <param name="roots">Full paths of the folders that hold models; one that does not exist is passed over.</param>
    public ModelCatalog(StudioDatabase database, IReadOnlyList<string> roots)
        : this(database, new ModelRootStore(database, roots), new ModelProfileStore(database))
    {
    }

    internal ModelCatalog(StudioDatabase database, ModelRootStore roots, ModelProfileStore profiles)
    {
        _roots = roots;
        _profiles = profiles;
        _hasher = new ModelHasher(database);
    }

    /// <summary>All models of the last scan, by title; empty before the first.</summary>
    public IReadOnlyList<ModelFile> Models => _models;

    /// <summary>Raised after a scan that found something new, changed or gone, and when a hash became known; on any thread.</summary>
    public event Action? Changed;

    /// <summary>Reads the folders once, without a database: by title, hashes unknown.</summary>
    /// <param name="roots">Full paths of the folders that hold models; one that does not exist is passed over.</param>
    public static IReadOnlyList<ModelFile> ReadFolders(IReadOnlyList<string> roots, CancellationToken cancellationToken = default) =>
        new ModelScanner().Scan(roots, restsSince: null, cancellationToken);

    /// <summary>Describes one file or diffusers folder, without a database; its hashes are unknown.</summary>
    /// <param name="path">Full path.</param>
    /// <param name="roots">Full paths of folders in which parts that it lacks may lie.</param>
    public static ModelFile ReadFile(string path, IReadOnlyList<string> roots) => ModelScanner.Describe(path, roots);

    /// <summary>All hashes of a file, or of a diffusers folder's UNet, computed now, without a database.</summary>
    /// <returns>Null when the file cannot be read.</returns>
    public static Task<ModelHashes?> HashesAsync(string path, CancellationToken cancellationToken) => ModelHasher.ComputeAsync(path, cancellationToken);

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

    /// <param name="id">See <see cref="ModelFile.Id"/>.</param>
    public ModelFile? FindById(string id) => _models.FirstOrDefault(model => model.Id == id);

    /// <summary>The model that a picture's text names by a hash, however it was moved or renamed since.</summary>
    /// <param name="hash">Eight digits or more: see <see cref="ModelHashes"/>.</param>
    /// <returns>Null when there is none here, or its hashes are not computed yet.</returns>
    public ModelFile? FindByHash(ModelKind kind, string hash) => _models.FirstOrDefault(model => model.Kind == kind && model.Hashes?.Match(hash) == true);

    /// <summary>The LoRAs and embeddings that fit a checkpoint: made for its family, or not known to be made for another.</summary>
    public IReadOnlyList<ModelFile> Fitting(ModelKind kind, ModelFile checkpoint) =>
        [.. _models.Where(model => model.Kind == kind && ModelFit.Fits(model, checkpoint))];

    /// <summary>Reads all headers; hashes that are not known yet are computed afterwards, in the background.</summary>
    public Task ScanAsync(CancellationToken cancellationToken = default) => ScanAsync(restsSince: null, cancellationToken);

    /// <summary>Like <see cref="ScanAsync(CancellationToken)"/>, but leaves alone what is still being written.</summary>
    /// <param name="rest">How long a file must not have changed.</param>
    /// <returns>Whether all was at rest; else the caller comes again.</returns>
    internal async Task<bool> ScanRestedAsync(TimeSpan rest, CancellationToken cancellationToken)
    {
        // The clock of the file system, not one that a test may shift.
        await ScanAsync(DateTime.UtcNow - rest, cancellationToken);
        return !_scanner.IsUnsettled;
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

    private async Task ScanAsync(DateTime? restsSince, CancellationToken cancellationToken)
    {
        await _scanning.WaitAsync(cancellationToken);
        try
        {
            IReadOnlyList<string> roots = await _roots.PathsAsync(cancellationToken);
            // Disks may be slow to answer, and nothing in it is asynchronous: a thread of its own.
            IReadOnlyList<ModelFile> scanned = await Task.Factory.StartNew(
                () => _scanner.Scan(roots, restsSince, cancellationToken), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            Dictionary<string, ModelHashRow> hashes = await _hasher.ReadAllAsync(cancellationToken);
            ModelFile[] models = [.. scanned.Select(model => ModelHasher.Apply(model, hashes))];
            await _profiles.RecordAsync(models, cancellationToken);
            Show(models);
        }
        finally
        {
            _scanning.Release();
        }
    }

    private void Show(ModelFile[] models)
    {
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

    private async Task HashAsync(CancellationToken cancellationToken)
    {
        try
        {
            var tried = new HashSet<string>(StringComparer.Ordinal);
            while (_models.FirstOrDefault(model => model is { Hashes: null, Problem: null } && !tried.Contains(model.Path)) is { } next)
            {
                tried.Add(next.Path);
                if (await _hasher.ComputeAsync(next, cancellationToken) is not { } hashes)
                {
                    continue;
                }

                await _profiles.RecordAsync([ModelHasher.Apply(next, hashes)], cancellationToken);
                lock (_lock)
                {
                    _models = [.. _models.Select(model => model.Path == next.Path ? ModelHasher.Apply(model, hashes) : model)];
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
