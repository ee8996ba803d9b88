namespace SdStudio.Diffusion.Prompts;

/// <summary>Chunks to conditioning: each is encoded and weighted alone, then they follow one another.</summary>
public static class PromptEncoder
{
    /// <param name="texts">The chunks of each text, at least one; those of one schedule together, since their weights act together. Shorter ones are filled up with empty chunks.</param>
    /// <param name="times">How often each text counts.</param>
    /// <param name="empty">The chunk of an empty text.</param>
    /// <returns>One for each text, with 77 tokens for each chunk of the longest.</returns>
    public static Conditioning[] Encode(
        IReadOnlyList<IReadOnlyList<PromptChunk>> texts, IReadOnlyList<int> times, PromptChunk empty, EmphasisMode mode, ChunkEncoder encode)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(times);
        ArgumentNullException.ThrowIfNull(empty);
        ArgumentNullException.ThrowIfNull(encode);
        ArgumentOutOfRangeException.ThrowIfZero(texts.Count);

        int longest = texts.Max(chunks => chunks.Count);
        List<float>[] values = [.. texts.Select(_ => new List<float>())];
        Lazy<float[]> nothing = new(() => encode(empty));
        for (int place = 0; place < longest; place++)
        {
            Emphasis.Row[] rows = [.. texts.Select((chunks, text) => place < chunks.Count
                ? new Emphasis.Row(encode(chunks[place]), chunks[place].Weights, times[text])
                : new Emphasis.Row([.. nothing.Value], empty.Weights, times[text]))];
            Emphasis.Apply(rows, mode, () => nothing.Value);
            for (int text = 0; text < texts.Count; text++)
            {
                values[text].AddRange(rows[text].Values);
            }
        }

        int tokens = longest * empty.Ids.Length;
        return [.. values.Select(text => new Conditioning([.. text], tokens, text.Count / tokens))];
    }
}
