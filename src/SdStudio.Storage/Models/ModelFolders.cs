namespace SdStudio.Storage.Models;

/// <summary>
/// Walks the model roots and finds what may be a model, by names alone. Links are followed, since many people keep their models on another drive,
/// but every folder and file is seen once by its real path, and a walk ends at its bounds however large the tree is.
/// </summary>
internal sealed class ModelFolders
{
    private const int DeepestFolder = 8;
    private const int MostFolders = 20_000;
    private const int MostModels = 100_000;

    private static readonly EnumerationOptions s_options = new() { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System };
    private static readonly string[] s_sidecars = [".png", ".jpg", ".jpeg", ".webp", ".json", ".info"];

    /// <summary>What a diffusers folder may bring beside its networks, for its own pictures and others'.</summary>
    private static readonly (string Folder, ModelKind Kind)[] s_shipped = [("loras", ModelKind.Lora), ("embeddings", ModelKind.Embedding)];

    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly List<FoundModel> _found = [];
    private readonly CancellationToken _cancellationToken;
    private int _folders;

    private ModelFolders(CancellationToken cancellationToken)
    {
        _cancellationToken = cancellationToken;
    }

    /// <returns>Every candidate, each file once however many links lead to it; roots in their order, then by path.</returns>
    public static IReadOnlyList<FoundModel> Find(IEnumerable<string> roots, CancellationToken cancellationToken = default)
    {
        var walk = new ModelFolders(cancellationToken);
        foreach (string root in roots)
        {
            // One huge root must not use up the bounds of the others.
            walk._folders = 0;
            foreach ((string folder, ModelKind kind) in ProgramLayout.Expand(Path.GetFullPath(root), out _))
            {
                walk.Walk(folder, kind, 0);
            }
        }

        return walk._found;
    }

    /// <summary>One file or folder by itself, wherever it lies; its kind as the folders around it say.</summary>
    public static FoundModel One(string path)
    {
        bool isFolder = Directory.Exists(path);
        string folder = isFolder ? path : Path.GetDirectoryName(path)!;
        // Not farther up: somebody's home may be called anything.
        DirectoryInfo?[] around = isFolder ? [] : [new(folder), new DirectoryInfo(folder).Parent];
        ModelKind kind = around.OfType<DirectoryInfo>().Select(parent => FolderMeaning.Kind(parent.Name)).FirstOrDefault(known => known is not null) ?? ModelKind.Checkpoint;
        return new FoundModel(path, kind, Neighbours(Sorted(() => Directory.EnumerateFiles(folder, "*", s_options))), isFolder);
    }

    public static bool IsDiffusersFolder(string folder) =>
        File.Exists(Path.Combine(folder, "model_index.json")) || File.Exists(Path.Combine(folder, "unet", "config.json"))
        || File.Exists(Path.Combine(folder, "unet", "model.onnx"));

    /// <summary>Folders inside a diffusers folder that hold files of the model itself.</summary>
    public static IEnumerable<DirectoryInfo> OwnFolders(string folder) =>
        new DirectoryInfo(folder).EnumerateDirectories().Where(inner => !Array.Exists(s_shipped, row => row.Folder.Equals(inner.Name, StringComparison.OrdinalIgnoreCase)));

    /// <summary>The folders below which models of every kind lie, for roots of which some are folders of other programs.</summary>
    public static IReadOnlyList<string> Roots(IEnumerable<string> roots) =>
        [.. roots.SelectMany(root => ProgramLayout.Expand(Path.GetFullPath(root), out string? program)
            .Where(row => program is null || (row.Kind == ModelKind.Checkpoint && Directory.Exists(row.Folder)))
            .Select(row => row.Folder)).Distinct(StringComparer.Ordinal)];

    private void Walk(string folder, ModelKind kind, int depth, string? broughtBy = null)
    {
        _cancellationToken.ThrowIfCancellationRequested();
        // By their real paths, so that a link back to a parent ends the walk instead of repeating it.
        if (depth > DeepestFolder || _folders >= MostFolders || !Directory.Exists(folder) || !_seen.Add(RealPath(new DirectoryInfo(folder))))
        {
            return;
        }

        _folders++;
        if (IsDiffusersFolder(folder))
        {
            _found.Add(new FoundModel(folder, ModelKind.Checkpoint, Neighbours(Sorted(() => Directory.EnumerateFiles(folder, "*", s_options))), IsFolder: true));
            foreach ((string name, ModelKind own) in s_shipped)
            {
                Walk(Path.Combine(folder, name), own, depth + 1, broughtBy: folder);
            }

            return;
        }

        FindFiles(folder, kind, broughtBy);
        foreach (string inner in Sorted(() => Directory.EnumerateDirectories(folder, "*", s_options)))
        {
            string name = Path.GetFileName(inner);
            if (!FolderMeaning.IsForeign(name))
            {
                Walk(inner, FolderMeaning.Kind(name) ?? kind, depth + 1, broughtBy);
            }
        }
    }

    private void FindFiles(string folder, ModelKind kind, string? broughtBy)
    {
        string[] files = Sorted(() => Directory.EnumerateFiles(folder, "*", s_options));
        IReadOnlySet<string> neighbours = Neighbours(files);
        foreach (string file in files)
        {
            if (_found.Count < MostModels && FolderMeaning.MayBe(kind, file) && _seen.Add(RealPath(new FileInfo(file))))
            {
                _found.Add(new FoundModel(file, kind, neighbours, IsFolder: false) { BroughtBy = broughtBy });
            }
        }
    }

    private static HashSet<string> Neighbours(IEnumerable<string> files) =>
        files.Where(file => s_sidecars.Contains(Path.GetExtension(file).ToLowerInvariant())).Select(file => Path.GetFileName(file)).ToHashSet(StringComparer.OrdinalIgnoreCase);

    private static string[] Sorted(Func<IEnumerable<string>> list)
    {
        try
        {
            return [.. list().Order(StringComparer.Ordinal)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It may be unplugged or taken away while it is read; the next scan sees what is there then.
            return [];
        }
    }

    private static string RealPath(FileSystemInfo entry)
    {
        try
        {
            return entry.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? entry.FullName;
        }
        catch (IOException)
        {
            // A link that leads to itself: opening it will say so.
            return entry.FullName;
        }
    }
}
