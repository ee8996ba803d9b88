using System.Collections.Concurrent;
using SdStudio.Diffusion;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Prompts;
using SdStudio.Diffusion.Tokens;
using SdStudio.Storage.Models;
using SdStudio.Web.Configuration;

namespace SdStudio.Web.Components.Generate;

/// <summary>Counts the tokens of a prompt as the model will, for the number under the prompt. Safe on any thread.</summary>
/// <param name="paths">Knows the folders that hold models: a single file borrows its tokenizer from there.</param>
public sealed class TokenCounter(StudioPaths paths)
{
    private const string TokenEmbedding = "text_model.embeddings.token_embedding.weight";

    private readonly ConcurrentDictionary<string, Task<PromptChunker?>> _chunkers = new(StringComparer.Ordinal);

    /// <returns>Null where the model has no tokenizer that can be read; making a picture says why.</returns>
    public async Task<int?> CountAsync(ModelFile model, string prompt)
    {
        ArgumentNullException.ThrowIfNull(model);

        PromptChunker? chunker = await _chunkers.GetOrAdd(model.Path, path => Task.Run(() => Open(path)));
        if (chunker is null)
        {
            // A tokenizer may be downloaded at any moment, so this is asked again.
            _chunkers.TryRemove(model.Path, out _);
        }

        return chunker?.CountTokens(prompt).Tokens;
    }

    private PromptChunker? Open(string path)
    {
        try
        {
            using Checkpoint checkpoint = Checkpoint.Open(path);
            return TokenizerLocator.Find(checkpoint.TokenizerFolder, paths.ModelRoots, (int)checkpoint.TextEncoder.ShapeOf(TokenEmbedding)[0]) is { } tokenizer
                ? new PromptChunker(tokenizer)
                : null;
        }
        catch (Exception exception) when (exception is DiffusionException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
