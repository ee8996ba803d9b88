namespace SdStudio.Diffusion.Tokens;

/// <summary>
/// Finds the tokenizer of a model: its own folder, then <c>tokenizers/</c> under the model roots, then the tokenizer of any
/// diffusers folder under them. Borrowed ones must have exactly as many tokens as the model's text encoder.
/// </summary>
public static class TokenizerLocator
{
    private const int Depth = 3;

    /// <param name="ownFolder">The model's own tokenizer folder; null for a single file.</param>
    /// <param name="modelRoots">The folders that hold models.</param>
    /// <param name="vocabularySize">Rows of the text encoder's token embedding.</param>
    /// <returns>Null when there is none that fits.</returns>
    /// <exception cref="TokenizerException">The model's own tokenizer is broken; that of another model is passed over.</exception>
    public static ClipTokenizer? Find(string? ownFolder, IEnumerable<string> modelRoots, int vocabularySize)
    {
        ArgumentNullException.ThrowIfNull(modelRoots);
        if (ownFolder is not null && IsTokenizer(ownFolder))
        {
            ClipTokenizer own = ClipTokenizer.Load(ownFolder);
            return own.VocabularySize <= vocabularySize
                ? own
                : throw new TokenizerException(ownFolder, $"The tokenizer in {ownFolder} has {own.VocabularySize} tokens, the model's text encoder only {vocabularySize}: they belong to different models.");
        }

        string[] roots = [.. modelRoots.Where(Directory.Exists)];
        return roots.SelectMany(Shared).Concat(roots.SelectMany(OfOtherModels))
            .Where(IsTokenizer)
            .Select(TryLoad)
            .FirstOrDefault(tokenizer => tokenizer?.VocabularySize == vocabularySize);
    }

    /// <summary>As <see cref="Find"/>, for a model that is about to be used.</summary>
    /// <param name="model">Name of the model, for the message.</param>
    /// <exception cref="TokenizerMissingException">There is none that fits.</exception>
    public static ClipTokenizer Require(string model, string? ownFolder, IReadOnlyList<string> modelRoots, int vocabularySize)
    {
        ArgumentNullException.ThrowIfNull(modelRoots);
        return Find(ownFolder, modelRoots, vocabularySize)
            ?? throw new TokenizerMissingException(model, DownloadFolder(modelRoots.Count > 0 ? modelRoots[0] : "models"), vocabularySize);
    }

    /// <summary>Where a downloaded CLIP tokenizer belongs.</summary>
    public static string DownloadFolder(string modelRoot) => Path.Combine(modelRoot, "tokenizers", "clip-vit-large-patch14");

    private static bool IsTokenizer(string folder) =>
        File.Exists(Path.Combine(folder, ClipTokenizer.VocabularyFile)) && File.Exists(Path.Combine(folder, ClipTokenizer.MergesFile));

    private static IEnumerable<string> Shared(string root)
    {
        string shared = Path.Combine(root, "tokenizers");
        return Directory.Exists(shared) ? Folders(shared, 0).Prepend(shared) : [];
    }

    private static IEnumerable<string> OfOtherModels(string root) =>
        Folders(root, Depth).Where(folder => Path.GetFileName(folder) == "tokenizer");

    private static IEnumerable<string> Folders(string root, int depth) =>
        Directory.EnumerateDirectories(root, "*", new EnumerationOptions { RecurseSubdirectories = depth > 0, MaxRecursionDepth = depth })
            .Order(StringComparer.Ordinal);

    private static ClipTokenizer? TryLoad(string folder)
    {
        try
        {
            return ClipTokenizer.Load(folder);
        }
        catch (TokenizerException)
        {
            // Its own model will tell; here it is only one candidate of several.
            return null;
        }
    }
}
