using SdStudio.Diffusion.Prompts;
using SdStudio.Diffusion.Tests.Tokens;
using SdStudio.Diffusion.Tokens;

namespace SdStudio.Diffusion.Tests.Prompts;

public sealed class PromptChunkerTests : IDisposable
{
    private readonly TinyTokenizer _files = new();
    private readonly ClipTokenizer _tokenizer;
    private readonly PromptChunker _chunker;

    public PromptChunkerTests()
    {
        _tokenizer = ClipTokenizer.Load(_files.Folder);
        _chunker = new PromptChunker(_tokenizer);
    }

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("", 0, 75)]
    [InlineData("the cat", 2, 75)]
    [InlineData("cat BREAK dog", 76, 150)]
    [InlineData("BREAK", 75, 75)]
    [InlineData("(cat:1.3), [dog]", 3, 75)]
    public void CountTokens_Prompt_IsWhatTheFieldShows(string prompt, int tokens, int capacity) =>
        Assert.Equal(new PromptLength(tokens, capacity), _chunker.CountTokens(prompt));

    [Fact]
    public void Chunk_ShortPrompt_IsStartTokensEndPadding()
    {
        PromptChunk chunk = Assert.Single(_chunker.Chunk("(cat:1.5) dog"));
        Assert.Equal([_tokenizer.StartId, _tokenizer.Encode("cat")[0], _tokenizer.Encode("dog")[0], _tokenizer.EndId], chunk.Ids[..4]);
        Assert.All(chunk.Ids[4..], id => Assert.Equal(_tokenizer.PaddingId, id));
        Assert.Equal([1, 1.5f, 1, 1], chunk.Weights[..4]);
    }

    [Fact]
    public void Chunk_CommaNearTheEnd_MovesThePhrase()
    {
        string prompt = string.Concat(Enumerable.Repeat("cat ", 70)) + ", the dog the dog the dog";
        IReadOnlyList<PromptChunk> chunks = _chunker.Chunk(prompt);
        Assert.Equal(2, chunks.Count);
        Assert.Equal(_tokenizer.EndId, chunks[0].Ids[72]);
        Assert.Equal(_tokenizer.Encode("the dog the dog the dog"), chunks[1].Ids[1..7]);
    }

    [Fact]
    public void Chunk_ComfyUi_KeepsWordsTogetherAndNoPhrases()
    {
        string prompt = string.Concat(Enumerable.Repeat("cat ", 70)) + ", the dog the dog the dog";

        IReadOnlyList<PromptChunk> chunks = _chunker.Chunk(prompt, PromptSyntax.ComfyUi);

        // The comma is the 71st token: four words go on beside it.
        Assert.Equal(2, chunks.Count);
        Assert.Equal(_tokenizer.EndId, chunks[0].Ids[76]);
        Assert.Equal(_tokenizer.Encode("the dog"), chunks[1].Ids[1..3]);
    }

    [Fact]
    public void Chunk_PlainText_IsOneChunkWithoutWeights()
    {
        IReadOnlyList<PromptChunk> chunks = _chunker.Chunk("(cat:1.5) " + string.Concat(Enumerable.Repeat("dog ", 100)), PromptSyntax.Plain);

        PromptChunk chunk = Assert.Single(chunks);
        Assert.All(chunk.Weights, weight => Assert.Equal(1, weight));
        Assert.Equal(_tokenizer.Encode("(cat:1.5)"), chunk.Ids[1..(1 + _tokenizer.Encode("(cat:1.5)").Count)]);
    }

    [Fact]
    public void Encode_TextsOfOneSchedule_KeepTheirCommonMeanAndLength()
    {
        IReadOnlyList<PromptChunk> one = _chunker.Chunk("cat BREAK (dog:2)"), other = _chunker.Chunk("cat");

        Conditioning[] both = PromptEncoder.Encode([one, other], [3, 1], other[0], EmphasisMode.NoNorm, chunk => [.. chunk.Ids.Select(id => (float)id)]);

        Assert.Equal([154, 154], both.Select(text => text.Tokens));
        Assert.Equal(2f * one[1].Ids[1], both[0].Values[78]);
        Assert.Equal(other[0].Ids.Select(id => (float)id), both[1].Values[..77]);
    }

    [Fact]
    public void Encode_Chunks_FollowOneAnotherWeighted()
    {
        IReadOnlyList<PromptChunk> chunks = _chunker.Chunk("cat BREAK (dog:2)");
        Conditioning conditioning = PromptEncoder.Encode([chunks], [1], _chunker.Chunk("")[0], EmphasisMode.Original, chunk => [.. chunk.Ids.SelectMany(id => new float[] { id, 1 })])[0];

        Assert.Equal((154, 2), (conditioning.Tokens, conditioning.Dimension));
        Assert.Equal(chunks[0].Ids.Select(id => (float)id), conditioning.Values[..154].Where((_, i) => i % 2 == 0));

        // Weights change a token in proportion, and the mean of its chunk stays.
        float[] second = conditioning.Values[154..];
        Assert.Equal(2, second[3] / second[1], 1e-5f);
        Assert.Equal(chunks[1].Ids.Average() + 1, second.Average() * 2, 0.01);
    }
}
