using System.Text.Json;
using SdStudio.Diffusion.Prompts;
using SdStudio.Diffusion.Tests.Parity.Tokens;
using SdStudio.Diffusion.Tokens;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Parity.Prompts;

/// <summary>Prompt syntax, chunks and emphasis as A1111 has them; tolerances beside the comparisons.</summary>
[Trait("Category", "Parity")]
public sealed class PromptParityTests
{
    private const string TextualInversion = "textual_inversion_cases_easynegative_3_vectors";

    public static TheoryData<string, string> Attention => GoldenFolder.Cases("prompt/attention_a1111.json", array: null);

    public static TheoryData<string, string> Chunks => GoldenFolder.Cases("prompt/chunks_a1111.json");

    public static TheoryData<string, string> ChunksWithEmbeddings => GoldenFolder.Cases("prompt/chunks_a1111.json", TextualInversion);

    [SkippableTheory]
    [MemberData(nameof(Attention))]
    public void Parse_GoldenText_EqualsA1111(string file, string label)
    {
        JsonElement golden = GoldenFolder.Case(file, label, array: null);
        string text = golden.GetProperty("text").GetString()!;
        IReadOnlyList<PromptPiece> pieces = PromptParser.Parse(text);
        if (golden.TryGetProperty("error", out _))
        {
            // The original fails; here no prompt does. What it stumbled over is text.
            Assert.NotEmpty(pieces);
            Assert.All(pieces, piece => Assert.True(double.IsFinite(piece.Weight)));
            return;
        }

        JsonElement[] expected = [.. golden.GetProperty("result").EnumerateArray()];
        Assert.Equal(expected.Select(piece => piece[0].GetString()), pieces.Select(piece => piece.Text));
        Assert.All(expected.Zip(pieces), pair => Assert.Equal(pair.First[1].GetDouble(), pair.Second.Weight, 1e-12 * Math.Max(1, Math.Abs(pair.Second.Weight))));
        Assert.All(pieces.Where(piece => piece.IsBreak), piece => Assert.Equal("BREAK", piece.Text));
    }

    [SkippableTheory]
    [MemberData(nameof(Chunks))]
    public void Chunk_GoldenText_EqualsA1111(string file, string label) =>
        Compare(GoldenFolder.Case(file, label), new PromptChunker(TokenizerParityTests.Clip()));

    [SkippableTheory]
    [MemberData(nameof(ChunksWithEmbeddings))]
    public void Chunk_LearnedWordOfThreeVectors_EqualsA1111(string file, string label)
    {
        JsonElement golden = GoldenFolder.Case(file, label, TextualInversion);
        ClipTokenizer tokenizer = TokenizerParityTests.Clip();
        PromptChunker chunker = new(tokenizer) { Words = new LearnedWords(tokenizer, ["easynegative"], name => new LearnedWord(name, new float[3 * 768], 3)) };

        Compare(golden, chunker);

        // Places there count without the start token.
        IReadOnlyList<PromptChunk> chunks = chunker.Chunk(golden.GetProperty("text").GetString()!);
        Assert.All(golden.GetProperty("chunks").EnumerateArray().Zip(chunks), pair => Assert.Equal(
            pair.First.TryGetProperty("fixes", out JsonElement fixes) ? fixes.EnumerateArray().Select(fix => (fix[0].GetInt32() + 1, fix[1].GetString()!)) : [],
            pair.Second.Words.Select(word => (word.Position, word.Word.Name))));
    }

    [SkippableFact]
    public void Emphasis_WholeBatch_KeepsItsMean()
    {
        GoldenTensors golden = GoldenFolder.Tensors("prompt/emphasis.safetensors");
        float[] values = golden.Floats("z");
        Emphasis.Apply([new Emphasis.Row(values, golden.Floats("multipliers"))], EmphasisMode.Original, () => []);

        // The mean is close to 0, and the reference adds it up in float32.
        Close.WithinRelative(golden.Floats("original"), values, 2e-5);
    }

    private static void Compare(JsonElement golden, PromptChunker chunker)
    {
        string text = golden.GetProperty("text").GetString()!;
        IReadOnlyList<PromptChunk> chunks = chunker.Chunk(text);

        JsonElement[] expected = [.. golden.GetProperty("chunks").EnumerateArray()];
        Assert.Equal(expected.Length, chunks.Count);
        Assert.All(expected.Zip(chunks), pair =>
        {
            Assert.Equal(pair.First.GetProperty("tokens").EnumerateArray().Select(id => id.GetInt32()), pair.Second.Ids);
            Assert.Equal(pair.First.GetProperty("multipliers").EnumerateArray().Select(weight => weight.GetSingle()), pair.Second.Weights);
        });

        PromptLength length = chunker.CountTokens(text);
        Assert.Equal(golden.GetProperty("token_count").GetInt32(), length.Tokens);
        Assert.Equal(Math.Max(golden.GetProperty("target_token_count").GetInt32(), chunks.Count * 75), length.Capacity);
    }
}
