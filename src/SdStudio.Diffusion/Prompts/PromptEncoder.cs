namespace SdStudio.Diffusion.Prompts;

/// <summary>Chunks to conditioning: each is encoded and weighted alone, then they follow one another.</summary>
public static class PromptEncoder
{
    /// <param name="chunks">At least one.</param>
    /// <returns>77 tokens for each chunk.</returns>
    public static Conditioning Encode(IReadOnlyList<PromptChunk> chunks, ChunkEncoder encode)
    {
        ArgumentNullException.ThrowIfNull(chunks);
        ArgumentNullException.ThrowIfNull(encode);
        ArgumentOutOfRangeException.ThrowIfZero(chunks.Count);

        List<float> values = [];
        foreach (PromptChunk chunk in chunks)
        {
            float[] embeddings = encode(chunk);
            Emphasis.Apply(embeddings, chunk.Weights);
            values.AddRange(embeddings);
        }

        int tokens = chunks.Sum(chunk => chunk.Ids.Length);
        return new Conditioning([.. values], tokens, values.Count / tokens);
    }
}
