using System.Collections.Concurrent;
using SdStudio.Diffusion;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Embeddings;
using SdStudio.Diffusion.Prompts;
using SdStudio.Diffusion.Tensors;
using SdStudio.Diffusion.Tokens;
using SdStudio.Storage.Models;

namespace SdStudio.Web.Components.Generate;

/// <summary>Counts the tokens of a prompt as the model will, for the number under the prompt. Safe on any thread.</summary>
/// <param name="catalog">Knows where models lie, from which a single file borrows its tokenizer, and the learned words.</param>
public sealed class TokenCounter(ModelCatalog catalog)
{
    private const string TokenEmbedding = "text_model.embeddings.token_embedding.weight";

    private readonly ConcurrentDictionary<string, Task<Counter?>> _counters = new(StringComparer.Ordinal);

    /// <summary>A learned word counts its vectors, and a LoRA's tag nothing.</summary>
    /// <returns>Null where the model has no tokenizer that can be read, or a learned word is broken; making a picture says why.</returns>
    public async Task<int?> CountAsync(ModelFile model, string prompt)
    {
        ArgumentNullException.ThrowIfNull(model);

        Counter? counter = await _counters.GetOrAdd(model.Path, path => Task.Run(() => Open(path)));
        if (counter is null)
        {
            // A tokenizer may be downloaded at any moment, so this is asked again.
            _counters.TryRemove(model.Path, out _);
        }

        return counter is null ? null : await Task.Run(() => Count(counter, prompt));
    }

    private static int? Count(Counter counter, string prompt)
    {
        try
        {
            counter.Words.Refresh();
            return counter.Chunker.CountTokens(PromptLoras.Take(prompt).Text).Tokens;
        }
        catch (Exception exception) when (exception is DiffusionException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private Counter? Open(string path)
    {
        try
        {
            IReadOnlyList<string> roots = catalog.Roots;
            using Checkpoint checkpoint = Checkpoint.Open(path, parts: new CheckpointParts { ModelRoots = roots });
            Shape table = checkpoint.TextEncoder.ShapeOf(TokenEmbedding);
            if (TokenizerLocator.Find(checkpoint.TokenizerFolder, roots, (int)table[0]) is not { } tokenizer)
            {
                return null;
            }

            PromptChunker chunker = new(tokenizer);
            EmbeddingLibrary library = new(
                () => catalog.EmbeddingPlaces.Prepend(EmbeddingLibrary.FolderIn(path)),
                [.. checkpoint.TextEncoders.Select(encoder => (int)encoder.ShapeOf(TokenEmbedding)[1])]);
            return new Counter(chunker, new LearnedVocabulary(library, tokenizer, [chunker]));
        }
        catch (Exception exception) when (exception is DiffusionException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private sealed record Counter(PromptChunker Chunker, LearnedVocabulary Words);
}
