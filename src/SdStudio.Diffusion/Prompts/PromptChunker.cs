using SdStudio.Diffusion.Tokens;

namespace SdStudio.Diffusion.Prompts;

/// <summary>
/// Cuts a prompt of any length into chunks as A1111 does: 75 tokens each; where a chunk is full and a comma is at most 20 tokens
/// back, what follows the comma moves into the next chunk, so that phrases stay together. Each weighted piece is tokenized alone.
/// </summary>
public sealed class PromptChunker
{
    private const int Usable = ClipTokenizer.ChunkLength - 2;
    private const int CommaReach = 20;

    private readonly ClipTokenizer _tokenizer;

    public PromptChunker(ClipTokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        _tokenizer = tokenizer;
    }

    /// <summary>At least one chunk.</summary>
    public IReadOnlyList<PromptChunk> Chunk(string prompt) => [.. Fill(prompt, out _).Select(Finish)];

    public PromptLength CountTokens(string prompt)
    {
        List<List<(int, float)>> chunks = Fill(prompt, out int open);
        return new PromptLength(((chunks.Count - (open >= 0 ? 1 : 0)) * Usable) + Math.Max(open, 0), chunks.Count * Usable);
    }

    /// <summary>The tokens of each chunk, not yet padded.</summary>
    /// <param name="open">Tokens of the last chunk, if the prompt ended within it; -1 where a BREAK closed it.</param>
    private List<List<(int Id, float Weight)>> Fill(string prompt, out int open)
    {
        List<List<(int Id, float Weight)>> chunks = [];
        List<(int Id, float Weight)> chunk = [];
        int lastComma = -1;

        void Next(List<(int Id, float Weight)> beginning)
        {
            chunks.Add(chunk);
            chunk = beginning;
            lastComma = -1;
        }

        foreach (PromptPiece piece in PromptParser.Parse(prompt))
        {
            // Within brackets a BREAK has another weight, and is a word like any other to the original.
            if (piece is { IsBreak: true, Weight: -1 })
            {
                Next([]);
                continue;
            }

            foreach (int id in _tokenizer.Encode(piece.Text))
            {
                if (id == _tokenizer.CommaId)
                {
                    lastComma = chunk.Count;
                }
                else if (chunk.Count == Usable && lastComma >= 0 && Usable - lastComma <= CommaReach)
                {
                    List<(int, float)> afterComma = chunk[(lastComma + 1)..];
                    chunk.RemoveRange(lastComma + 1, afterComma.Count);
                    Next(afterComma);
                }

                if (chunk.Count == Usable)
                {
                    Next([]);
                }

                chunk.Add((id, (float)piece.Weight));
            }
        }

        open = -1;
        if (chunk.Count > 0 || chunks.Count == 0)
        {
            open = chunk.Count;
            chunks.Add(chunk);
        }

        return chunks;
    }

    private PromptChunk Finish(List<(int Id, float Weight)> tokens)
    {
        int[] ids = new int[ClipTokenizer.ChunkLength];
        float[] weights = new float[ClipTokenizer.ChunkLength];
        Array.Fill(ids, _tokenizer.PaddingId);
        Array.Fill(weights, 1);

        ids[0] = _tokenizer.StartId;
        for (int i = 0; i < tokens.Count; i++)
        {
            (ids[i + 1], weights[i + 1]) = tokens[i];
        }

        ids[tokens.Count + 1] = _tokenizer.EndId;
        return new PromptChunk(ids, weights);
    }
}
