using SdStudio.Diffusion;
using SdStudio.Diffusion.Embeddings;
using SdStudio.Storage.Data;
using SdStudio.Storage.Metadata;

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
    private volatile IReadOnlyList<string> _looked;
    private int _profileChanges;
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
        _looked = roots.Configured;
        _profiles.Changed += OnProfileChanged;
    }

    /// <summary>All models of the last scan, by title; empty before the first.</summary>
    public IReadOnlyList<ModelFile> Models => _models;

    /// <summary>
    /// Where the last scan looked: the folders of the settings first, then those that were added. The folder of another program stands for the
    /// folders of its models. What a model lacks is looked for here: a tokenizer, a VAE, text encoders, a tiny decoder.
    /// </summary>
    public IReadOnlyList<string> Roots => _looked;

    /// <summary>
    /// Where the textual inversions lie that any prompt may name: folders, in which new files count at once, and single files found elsewhere. What
    /// a model brings in its own folder is a word of that model alone.
    /// </summary>
    public IReadOnlyList<string> EmbeddingPlaces =>
        [.. _looked.Select(EmbeddingLibrary.FolderIn), .. _models.Where(model => model is { Kind: ModelKind.Embedding, BroughtBy: null }).Select(model => model.Path)];

    /// <summary>Raised after a scan that found something new, changed or gone, when a hash became known, and when somebody changed a profile; on any thread.</summary>
    public event Action? Changed;

    /// <summary>Reads the folders once, without a database: by title, hashes unknown.</summary>
    /// <param name="roots">Full paths of the folders that hold models; one that does not exist is passed over.</param>
    public static IReadOnlyList<ModelFile> ReadFolders(IReadOnlyList<string> roots, CancellationToken cancellationToken = default) =>
        new ModelScanner().Scan(roots, restsSince: null, cancellationToken);

    /// <summary>The folders below which models of every kind lie: a root itself, or of another program's folder those of its models.</summary>
    public static IReadOnlyList<string> PlacesIn(IReadOnlyList<string> roots) => ModelFolders.Roots(roots);

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

    /// <returns>The model of this name; where none has it now, the one that had it before. Null when there is none.</returns>
    public ModelFile? Find(ModelKind kind, string name)
    {
        IReadOnlyList<ModelFile> models = _models;
        return models.FirstOrDefault(model => model.Kind == kind && model.Name == name)
            ?? models.FirstOrDefault(model => model.Kind == kind && model.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? models.FirstOrDefault(model => model.Kind == kind && model.Profile.Names.Contains(name));
    }

    /// <summary>A recipe with the names that its models have now, however they were renamed since. What is not here keeps its name.</summary>
    /// <param name="hashes">What the picture's text says of its models; null where it was not read.</param>
    public ImageRecipe Recognise(ImageRecipe recipe, RecipeHashes? hashes = null)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return recipe with
        {
            Checkpoint = NameNow(ModelKind.Checkpoint, recipe.Checkpoint, hashes?.Model),
            Loras = [.. recipe.Loras.Select(lora => lora with { Name = NameNow(ModelKind.Lora, lora.Name, hashes?.Loras.GetValueOrDefault(lora.Name)) })],
            Refiner = recipe.Refiner is { } refiner ? refiner with { Name = NameNow(ModelKind.Checkpoint, refiner.Name, null) } : null,
            Vae = recipe.Vae is { } vae ? NameNow(ModelKind.Vae, vae, null) : null,
            TextEncoders = [.. recipe.TextEncoders.Select(name => name.Length == 0 ? name : NameNow(ModelKind.TextEncoder, name, null))],
        };
    }

    /// <summary>Whether all models of a recipe are here by their names, today's or former ones.</summary>
    public bool Knows(ImageRecipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return Find(ModelKind.Checkpoint, recipe.Checkpoint) is not null && recipe.Loras.All(lora => Find(ModelKind.Lora, lora.Name) is not null);
    }

    /// <summary>Short hashes of the textual inversions whose names stand in a recipe's prompts, by these names.</summary>
    public IReadOnlyDictionary<string, string> EmbeddingHashes(ImageRecipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        Dictionary<string, string> hashes = new(StringComparer.Ordinal);
        foreach (ModelFile embedding in _models.Where(model => model is { Kind: ModelKind.Embedding, ShortHash: not null }))
        {
            string word = Path.GetFileNameWithoutExtension(embedding.Path);
            if (Names(recipe.Prompt, word) || Names(recipe.NegativePrompt, word))
            {
                hashes.TryAdd(word, embedding.ShortHash!);
            }
        }

        return hashes;

        static bool Names(string prompt, string word)
        {
            for (int at = prompt.IndexOf(word, StringComparison.OrdinalIgnoreCase); at >= 0; at = prompt.IndexOf(word, at + 1, StringComparison.OrdinalIgnoreCase))
            {
                int end = at + word.Length;
                if ((at == 0 || !char.IsLetterOrDigit(prompt[at - 1])) && (end == prompt.Length || !char.IsLetterOrDigit(prompt[end])))
                {
                    return true;
                }
            }

            return false;
        }
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

    public void Dispose()
    {
        _profiles.Changed -= OnProfileChanged;
        _stopping.Cancel();
    }

    public async ValueTask DisposeAsync()
    {
        _profiles.Changed -= OnProfileChanged;
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
            int seen;
            do
            {
                seen = Volatile.Read(ref _profileChanges);
                IReadOnlyDictionary<string, ModelProfile> profiles = await _profiles.FindAsync(models, cancellationToken);
                models = [.. models.Select(model => model with { Profile = profiles[model.Path] })];
            }
            while (!TryShow(models, ModelFolders.Roots(roots), seen));
        }
        finally
        {
            _scanning.Release();
        }
    }

    /// <returns>False where somebody changed a profile since the models were given theirs.</returns>
    private bool TryShow(ModelFile[] models, IReadOnlyList<string> roots, int profileChanges)
    {
        bool isChanged;
        lock (_lock)
        {
            if (profileChanges != _profileChanges)
            {
                return false;
            }

            isChanged = !models.SequenceEqual(_models) || !roots.SequenceEqual(_looked, StringComparer.Ordinal);
            (_models, _looked) = (models, roots);
            if (_hashing.IsCompleted && !_stopping.IsCancellationRequested)
            {
                _hashing = Task.Run(() => HashAsync(_stopping.Token), CancellationToken.None);
            }
        }

        if (isChanged)
        {
            Changed?.Invoke();
        }

        return true;
    }

    /// <returns>As <see cref="TryShow(ModelFile[], IReadOnlyList{string}, int)"/>.</returns>
    private bool TryShow(ModelFile hashed, ModelHashes hashes, ModelProfile profile, int profileChanges)
    {
        lock (_lock)
        {
            if (profileChanges != _profileChanges)
            {
                return false;
            }

            _models = [.. _models.Select(model => model.Path == hashed.Path ? ModelHasher.Apply(model, hashes) with { Profile = profile } : model)];
            return true;
        }
    }

    private void OnProfileChanged(ModelFile changed, ModelProfile profile)
    {
        lock (_lock)
        {
            _profileChanges++;
            _models = [.. _models.Select(model => ModelProfileStore.IsSame(model, changed) ? model with { Profile = profile } : model)];
        }

        Changed?.Invoke();
    }

    private string NameNow(ModelKind kind, string name, string? hash) =>
        (Find(kind, name) ?? (hash is null ? null : FindByHash(kind, hash)))?.Name ?? name;

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

                ModelFile hashed = ModelHasher.Apply(next, hashes);
                await _profiles.RecordAsync([hashed], cancellationToken);
                int seen;
                ModelProfile profile;
                do
                {
                    seen = Volatile.Read(ref _profileChanges);
                    profile = await _profiles.FindAsync(hashed, cancellationToken);
                }
                while (!TryShow(hashed, hashes, profile, seen));
                Changed?.Invoke();
            }
        }
        catch (OperationCanceledException)
        {
            // The program ends; what is not known yet is computed after the next start.
        }
    }
}
