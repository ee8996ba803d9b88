namespace SdStudio.Storage.Models;

/// <summary>Walks the model roots and finds what may be a model, by names alone.</summary>
internal static class ModelFolders
{
    private const int DeepestFolder = 8;

    private static readonly EnumerationOptions s_options = new() { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System };

    /// <summary>Folders whose files are parts or helpers of models, not models.</summary>
    private static readonly HashSet<string> s_foreign = new(StringComparer.OrdinalIgnoreCase)
    {
        "vae", "tokenizer", "tokenizers", "text_encoder", "text_encoders", "clip", "embeddings", "hypernetworks", "controlnet", "upscalers", "upscale_models", "taesd",
    };

    /// <returns>Full path and kind of every candidate, each file once however many links lead to it; roots in their order, then by path.</returns>
    public static IReadOnlyList<(string Path, ModelKind Kind)> Find(IEnumerable<string> roots)
    {
        var found = new List<(string, ModelKind)>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string root in roots)
        {
            Walk(Path.GetFullPath(root), ModelKind.Checkpoint, 0, seen, found);
        }

        return found;
    }

    public static bool IsDiffusersFolder(string folder) =>
        File.Exists(Path.Combine(folder, "model_index.json")) || File.Exists(Path.Combine(folder, "unet", "config.json"));

    private static void Walk(string folder, ModelKind kind, int depth, HashSet<string> seen, List<(string Path, ModelKind Kind)> found)
    {
        // By their real paths, so that a link back to a parent ends the walk instead of repeating it.
        if (depth > DeepestFolder || !Directory.Exists(folder) || !seen.Add(RealPath(new DirectoryInfo(folder))))
        {
            return;
        }

        if (IsDiffusersFolder(folder))
        {
            found.Add((folder, ModelKind.Checkpoint));
            Walk(Path.Combine(folder, "loras"), ModelKind.Lora, depth + 1, seen, found);
            return;
        }

        foreach (string file in Sorted(() => Directory.EnumerateFiles(folder, "*", s_options)))
        {
            if (Path.GetExtension(file).ToLowerInvariant() is ".safetensors" or ".ckpt" && seen.Add(RealPath(new FileInfo(file))))
            {
                found.Add((file, kind));
            }
        }

        foreach (string inner in Sorted(() => Directory.EnumerateDirectories(folder, "*", s_options)))
        {
            string name = Path.GetFileName(inner);
            if (!s_foreign.Contains(name))
            {
                bool holdsLoras = name.Equals("loras", StringComparison.OrdinalIgnoreCase) || name.Equals("lora", StringComparison.OrdinalIgnoreCase);
                Walk(inner, holdsLoras ? ModelKind.Lora : kind, depth + 1, seen, found);
            }
        }
    }

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
