namespace SdStudio.Diffusion.Prompts;

/// <summary>What the text encoder reads at once: 77 tokens, start and end included, each with its weight.</summary>
/// <param name="Ids">[77]; 0 where a vector of a learned word stands.</param>
/// <param name="Weights">[77]; 1 for start, end and padding.</param>
public sealed record PromptChunk(int[] Ids, float[] Weights)
{
    /// <summary>The learned words in it, in order.</summary>
    public IReadOnlyList<PlacedWord> Words { get; init; } = [];
}
