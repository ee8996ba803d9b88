using SdStudio.Diffusion.Tokens;

namespace SdStudio.Diffusion.Prompts;

/// <summary>
/// Cuts a prompt of any length into chunks as A1111 does: 75 tokens each; where a chunk is full and a comma is at most 20 tokens
/// back, what follows the comma moves into the next chunk, so that phrases stay together. Each weighted piece is tokenized alone.
/// Other programs' ways go by <see cref="PromptSyntax"/>.
/// </summary>
public sealed class PromptChunker
{
    private const int Usable = ClipTokenizer.ChunkLength - 2;
    private const int CommaReach = 20;

    /// <summary>Tokens from which on ComfyUI tears a word apart.</summary>
    private const int LongWord = 8;

    private readonly ClipTokenizer _tokenizer;
    private readonly int _paddingId;

    /// <param name="tokenizer">Cuts words into tokens.</param>
    /// <param name="paddingId">Fills chunks after their end token; null takes the tokenizer's own.</param>
    public PromptChunker(ClipTokenizer tokenizer, int? paddingId = null)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        _tokenizer = tokenizer;
        _paddingId = paddingId ?? tokenizer.PaddingId;
    }

    /// <summary>Words beside those of the tokenizer; null: none.</summary>
    public LearnedWords? Words { get; set; }

    /// <summary>At least one chunk.</summary>
    public IReadOnlyList<PromptChunk> Chunk(string prompt, PromptSyntax syntax = PromptSyntax.WebUi) => [.. Fill(prompt, syntax, out _).Select(Finish)];

    public PromptLength CountTokens(string prompt)
    {
        List<List<Token>> chunks = Fill(prompt, PromptSyntax.WebUi, out int open);
        return new PromptLength(((chunks.Count - (open >= 0 ? 1 : 0)) * Usable) + Math.Max(open, 0), chunks.Count * Usable);
    }

    /// <summary>The tokens of each chunk, not yet padded.</summary>
    /// <param name="open">Tokens of the last chunk, if the prompt ended within it; -1 where a BREAK closed it.</param>
    private List<List<Token>> Fill(string prompt, PromptSyntax syntax, out int open)
    {
        if (syntax != PromptSyntax.WebUi)
        {
            List<List<Token>> filled = syntax == PromptSyntax.ComfyUi ? FillByWords(prompt) : [[.. TokensOf(prompt, 1).SelectMany(word => word).Take(Usable)]];
            open = filled[^1].Count;
            return filled;
        }

        List<List<Token>> chunks = [];
        List<Token> chunk = [];
        int lastComma = -1;

        void Next(List<Token> beginning)
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

            List<int> tokens = _tokenizer.Encode(piece.Text);
            for (int position = 0; position < tokens.Count; position++)
            {
                int id = tokens[position];
                if (id == _tokenizer.CommaId)
                {
                    lastComma = chunk.Count;
                }
                else if (chunk.Count == Usable && lastComma >= 0 && Usable - lastComma <= CommaReach)
                {
                    List<Token> afterComma = chunk[(lastComma + 1)..];
                    chunk.RemoveRange(lastComma + 1, afterComma.Count);
                    Next(afterComma);
                }

                if (chunk.Count == Usable)
                {
                    Next([]);
                }

                if (Words?.At(tokens, position, out int length) is { } word)
                {
                    // The vectors of a word are not torn apart.
                    if (chunk.Count + word.Count > Usable)
                    {
                        Next([]);
                    }

                    chunk.AddRange(Enumerable.Range(0, word.Count).Select(part => new Token(0, (float)piece.Weight, part == 0 ? word : null)));
                    position += length - 1;
                    continue;
                }

                chunk.Add(new Token(id, (float)piece.Weight));
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

    /// <summary>ComfyUI keeps words together, and no phrases; a word of many tokens is torn where the chunk ends.</summary>
    private List<List<Token>> FillByWords(string prompt)
    {
        List<List<Token>> chunks = [[]];
        foreach (List<Token> word in ComfyUiAttention.Parse(prompt).SelectMany(piece => piece.Text.Replace('\n', ' ').Split(' ').SelectMany(word => TokensOf(word, (float)piece.Weight))))
        {
            bool isLong = word.Count >= LongWord && word[0].Word is null;
            for (int start = 0; start < word.Count;)
            {
                int free = Usable - chunks[^1].Count, left = word.Count - start;
                int taken = left <= free ? left : isLong || chunks[^1].Count == 0 ? free : 0;
                chunks[^1].AddRange(word.Skip(start).Take(taken));
                start += taken;
                if (start < word.Count)
                {
                    chunks.Add([]);
                }
            }
        }

        return chunks;
    }

    /// <summary>The tokens of a text of one weight; those of a learned word stand apart.</summary>
    private List<List<Token>> TokensOf(string text, float weight)
    {
        List<List<Token>> words = [];
        List<Token> plain = [];
        List<int> tokens = _tokenizer.Encode(text);
        for (int position = 0; position < tokens.Count; position++)
        {
            if (Words?.At(tokens, position, out int length) is { } word)
            {
                words.Add(plain);
                words.Add([.. Enumerable.Range(0, word.Count).Select(part => new Token(0, weight, part == 0 ? word : null))]);
                plain = [];
                position += length - 1;
            }
            else
            {
                plain.Add(new Token(tokens[position], weight));
            }
        }

        words.Add(plain);
        words.RemoveAll(word => word.Count == 0);
        return words;
    }

    private PromptChunk Finish(List<Token> tokens)
    {
        int[] ids = new int[ClipTokenizer.ChunkLength];
        float[] weights = new float[ClipTokenizer.ChunkLength];
        Array.Fill(ids, _paddingId);
        Array.Fill(weights, 1);

        ids[0] = _tokenizer.StartId;
        for (int i = 0; i < tokens.Count; i++)
        {
            (ids[i + 1], weights[i + 1]) = (tokens[i].Id, tokens[i].Weight);
        }

        ids[tokens.Count + 1] = _tokenizer.EndId;
        return new PromptChunk(ids, weights) { Words = [.. tokens.Index().Where(token => token.Item.Word is not null).Select(token => new PlacedWord(token.Index + 1, token.Item.Word!))] };
    }

    /// <param name="Word">Begins here; null for a token of the tokenizer, and for a word's further vectors.</param>
    private readonly record struct Token(int Id, float Weight, LearnedWord? Word = null);
}
