using System.Collections.Immutable;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Embeddings;
using SdStudio.Diffusion.Prompts;
using SdStudio.Diffusion.Tensors;
using SdStudio.Diffusion.Tests.Tokens;
using SdStudio.Diffusion.Tokens;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Embeddings;

public sealed class EmbeddingLibraryTests : IDisposable
{
    private const int Width = 4;

    private readonly TinyTokenizer _files = new();
    private readonly ClipTokenizer _tokenizer;
    private readonly string _folder = Directory.CreateTempSubdirectory("sdstudio-").FullName;

    public EmbeddingLibraryTests()
    {
        _tokenizer = ClipTokenizer.Load(_files.Folder);
    }

    [Theory]
    [InlineData("emb_params", 2, Width)]
    [InlineData("clip", 3, Width)]
    [InlineData("<my-cat>", 1, Width)]
    public void Read_FileOfOneTextEncoder_HoldsItsVectors(string key, int count, int width)
    {
        Write("style", new PlannedTensor(key, ElementType.Float16, count, width));

        LearnedWord word = new EmbeddingLibrary([_folder], [Width]).Read("STYLE", 0)!;

        Assert.Equal(count, word.Count);
        Assert.Equal(Enumerable.Repeat(2f, count * width), word.Vectors);
    }

    [Fact]
    public void Read_OneVectorWithoutARow_IsAWord()
    {
        Write("style", new PlannedTensor("<my-cat>", ElementType.Float32, Width));

        Assert.Equal(1, new EmbeddingLibrary([_folder], [Width]).Read("style", 0)!.Count);
    }

    [Fact]
    public void Read_PairOfTextEncoders_GivesEachItsOwn()
    {
        Write("pair", new PlannedTensor("clip_l", ElementType.Float16, 2, Width), new PlannedTensor("clip_g", ElementType.Float16, 2, 6));
        EmbeddingLibrary library = new([_folder], [Width, 6]);

        Assert.Equal((2, 8), (library.Read("pair", 0)!.Count, library.Read("pair", 0)!.Vectors.Length));
        Assert.Equal((2, 12), (library.Read("pair", 1)!.Count, library.Read("pair", 1)!.Vectors.Length));
        Assert.Null(new EmbeddingLibrary([_folder], [Width]).Read("pair", 0));
    }

    [Fact]
    public void Chunk_WordOfAnotherFamilyOrUnknown_IsText()
    {
        Write("cat", new PlannedTensor("emb_params", ElementType.Float16, 2, Width + 1));

        Assert.Empty(Assert.Single(Chunker().Chunk("the cat dog")).Words);
        Assert.Equal(3, Chunker().CountTokens("the cat dog").Tokens);
    }

    [Fact]
    public void Chunk_BrokenFile_IsNamed()
    {
        File.WriteAllText(Path.Combine(_folder, "cat.pt"), "no tensors at all");

        CheckpointException e = Assert.Throws<CheckpointException>(() => Chunker().Chunk("the cat"));

        Assert.Contains("\"cat\" in the prompt", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Chunk_MoreVectorsThanAChunkHolds_IsRefused()
    {
        Write("cat", new PlannedTensor("emb_params", ElementType.Float16, 76, Width));

        Assert.Contains("76 vectors", Assert.Throws<CheckpointException>(() => Chunker().Chunk("cat")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Chunk_Word_CountsItsVectorsWithItsWeight()
    {
        Write("cat", new PlannedTensor("emb_params", ElementType.Float16, 3, Width));
        PromptChunker chunker = Chunker();

        PromptChunk chunk = Assert.Single(chunker.Chunk("the (Cat:1.5) dog"));

        Assert.Equal([1, 1, 1.5f, 1.5f, 1.5f, 1, 1], chunk.Weights[..7]);
        Assert.Equal([0, 0, 0, _tokenizer.Encode("dog")[0], _tokenizer.EndId], chunk.Ids[2..7]);
        Assert.Equal((2, "cat"), (Assert.Single(chunk.Words).Position, chunk.Words[0].Word.Name));
        Assert.Equal(5, chunker.CountTokens("the (Cat:1.5) dog").Tokens);
    }

    [Fact]
    public void Chunk_SeveralWordsAtOnePlace_TheLongestCounts()
    {
        Write("cat", new PlannedTensor("emb_params", ElementType.Float16, 1, Width));
        Write("cat dog", new PlannedTensor("emb_params", ElementType.Float16, 2, Width));

        PromptChunk chunk = Assert.Single(Chunker().Chunk("cat dog cat the cats"));

        Assert.Equal([(1, "cat dog"), (3, "cat")], chunk.Words.Select(word => (word.Position, word.Word.Name)));
    }

    [Fact]
    public void Chunk_WordThatDoesNotFit_BeginsTheNextChunk()
    {
        Write("cat", new PlannedTensor("emb_params", ElementType.Float16, 4, Width));

        IReadOnlyList<PromptChunk> chunks = Chunker().Chunk(string.Concat(Enumerable.Repeat("dog ", 73)) + "cat");

        Assert.Equal(2, chunks.Count);
        Assert.Empty(chunks[0].Words);
        Assert.Equal(1, Assert.Single(chunks[1].Words).Position);
    }

    [Fact]
    public void Refresh_FileCameOrChanged_IsSeen()
    {
        PromptChunker chunker = new(_tokenizer);
        EmbeddingLibrary library = new([_folder], [Width]);
        LearnedVocabulary words = new(library, _tokenizer, [chunker]);
        int before = words.Refresh();
        Assert.Equal(before, words.Refresh());

        Write("cat", new PlannedTensor("emb_params", ElementType.Float16, 3, Width));

        Assert.NotEqual(before, words.Refresh());
        Assert.Equal(3, chunker.CountTokens("cat").Tokens);
    }

    [Fact]
    public void Refresh_PlacesThatChange_AreAskedEachTime()
    {
        Write("cat", new PlannedTensor("emb_params", ElementType.Float16, 1, Width));
        List<string> places = [];
        EmbeddingLibrary library = new(() => places, [Width]);
        Assert.Empty(library.Names);

        places.AddRange([Path.Combine(_folder, "cat.safetensors"), Path.Combine(_folder, "not there.safetensors")]);
        library.Refresh();
        Assert.Equal(["cat"], library.Names);
        Assert.NotNull(library.Read("cat", 0));

        places.Clear();
        library.Refresh();
        Assert.Empty(library.Names);
    }

    public void Dispose()
    {
        _files.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private PromptChunker Chunker()
    {
        PromptChunker chunker = new(_tokenizer);
        ImmutableArray<int> widths = [Width];
        new LearnedVocabulary(new EmbeddingLibrary([_folder], widths), _tokenizer, [chunker]).Refresh();
        return chunker;
    }

    private void Write(string name, params PlannedTensor[] tensors) =>
        SafetensorsWriter.Write(Path.Combine(_folder, name + ".safetensors"), tensors, (_, block) => block.Fill(2));
}
