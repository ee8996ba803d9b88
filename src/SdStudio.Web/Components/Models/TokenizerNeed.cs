using SdStudio.Diffusion;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Tokens;
using SdStudio.Storage.Models;

namespace SdStudio.Web.Components.Models;

/// <summary>Which models cannot read a prompt: checkpoints in a single file carry no tokenizer, and perhaps none that fits lies under the model folders.</summary>
internal static class TokenizerNeed
{
    /// <summary>[tokens, width]</summary>
    private const string TokenTable = "text_model.embeddings.token_embedding.weight";

    /// <returns>The models without one, in the order given.</returns>
    public static Task<IReadOnlyList<ModelFile>> FindAsync(IReadOnlyList<ModelFile> models, IReadOnlyList<string> roots, CancellationToken cancellationToken) =>
        Task.Run<IReadOnlyList<ModelFile>>(() => Find(models, roots, cancellationToken), cancellationToken);

    private static List<ModelFile> Find(IReadOnlyList<ModelFile> models, IReadOnlyList<string> roots, CancellationToken cancellationToken)
    {
        // Most checkpoints share one vocabulary, and looking for a tokenizer reads files: once for each size.
        var isThere = new Dictionary<int, bool>();
        var without = new List<ModelFile>();
        foreach (ModelFile model in models.Where(model => model is { Kind: ModelKind.Checkpoint, Problem: null } && File.Exists(model.Path)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (VocabularySize(model, roots) is not { } size)
            {
                continue;
            }

            if (!isThere.TryGetValue(size, out bool found))
            {
                isThere[size] = found = TokenizerLocator.Find(null, roots, size) is not null;
            }

            if (!found)
            {
                without.Add(model);
            }
        }

        return without;
    }

    private static int? VocabularySize(ModelFile model, IReadOnlyList<string> roots)
    {
        try
        {
            using var checkpoint = Checkpoint.Open(model.Path, parts: new CheckpointParts { ModelRoots = roots });
            return checkpoint.TokenizerFolder is null ? (int)checkpoint.TextEncoder.ShapeOf(TokenTable)[0] : null;
        }
        catch (Exception exception) when (exception is DiffusionException or IOException or UnauthorizedAccessException)
        {
            // It changed since the scan; the next scan says what is wrong with it.
            return null;
        }
    }
}
