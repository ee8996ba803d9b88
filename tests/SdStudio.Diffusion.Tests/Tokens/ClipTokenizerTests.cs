using SdStudio.Diffusion.Tokens;

namespace SdStudio.Diffusion.Tests.Tokens;

public sealed class ClipTokenizerTests : IDisposable
{
    private readonly TinyTokenizer _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("the cat", "the cat ")]
    [InlineData("  THE\t\nCat ", "the cat ")]
    [InlineData("don't", "don 't ")]
    [InlineData("a1b", "a 1 b ")]
    [InlineData("dog, cat!", "dog , cat ! ")]
    [InlineData("&lt;cat&gt", "< cat > ")]
    [InlineData("AT&amp;amp;T", "at & t ")]
    [InlineData("", "")]
    public void Encode_Text_IsItsWords(string text, string words)
    {
        ClipTokenizer tokenizer = ClipTokenizer.Load(_files.Folder);
        Assert.Equal(words, tokenizer.Decode(tokenizer.Encode(text)));
    }

    [Fact]
    public void Encode_KnownWord_IsOneToken()
    {
        ClipTokenizer tokenizer = ClipTokenizer.Load(_files.Folder);
        Assert.Single(tokenizer.Encode("cat"));
        Assert.Equal(4, tokenizer.Encode("the cat, dog").Count);
        Assert.NotEqual(tokenizer.Encode("cat"), tokenizer.Encode("catt")[..1]);
    }

    [Fact]
    public void Encode_BytesOutsideTheVocabulary_AreUnknown()
    {
        ClipTokenizer tokenizer = ClipTokenizer.Load(_files.Folder);
        Assert.All(tokenizer.Encode("日"), id => Assert.Equal(tokenizer.EndId, id));
    }

    [Fact]
    public void Encode_LoneSurrogate_IsRead() => Assert.NotEmpty(ClipTokenizer.Load(_files.Folder).Encode("\uD800"));

    [Fact]
    public void EncodeChunk_LongText_IsCutTo77()
    {
        ClipTokenizer tokenizer = ClipTokenizer.Load(_files.Folder);
        int[] chunk = tokenizer.EncodeChunk(string.Concat(Enumerable.Repeat("cat ", 100)));
        Assert.Equal(77, chunk.Length);
        Assert.Equal(tokenizer.StartId, chunk[0]);
        Assert.Equal(tokenizer.EndId, chunk[76]);
        Assert.Equal(tokenizer.Encode("cat")[0], chunk[75]);
    }

    [Fact]
    public void Encode_WordOfAMegabyte_TakesSeconds()
    {
        ClipTokenizer tokenizer = ClipTokenizer.Load(_files.Folder);
        System.Diagnostics.Stopwatch clock = System.Diagnostics.Stopwatch.StartNew();
        List<int> ids = tokenizer.Encode(string.Concat(Enumerable.Repeat("cado", 250_000)));

        // "ca" and "do" are joined, nothing else is. Repeated scans of the word would take hours.
        Assert.Equal(500_001, ids.Count);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), $"took {clock.Elapsed}");
    }

    [Theory]
    [InlineData("vocab.json", "[]", "object")]
    [InlineData("vocab.json", "{", "JSON")]
    [InlineData("vocab.json", """{"a": "b"}""", "whole number")]
    [InlineData("vocab.json", """{"a": -1}""", "whole number")]
    [InlineData("vocab.json", """{"a": 1, "a": 2}""", "twice")]
    [InlineData("merges.txt", "a b c", "line 1")]
    [InlineData("merges.txt", "x y", "different tokenizers")]
    public void Load_BrokenFile_SaysWhatAndWhere(string file, string content, string problem)
    {
        File.WriteAllText(Path.Combine(_files.Folder, file), content);
        TokenizerException exception = Assert.Throws<TokenizerException>(() => ClipTokenizer.Load(_files.Folder));
        Assert.Contains(file, exception.Message, StringComparison.Ordinal);
        Assert.Contains(problem, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NoSpecialTokens_SaysSo()
    {
        File.WriteAllText(Path.Combine(_files.Folder, "vocab.json"), """{"a": 1}""");
        File.WriteAllText(Path.Combine(_files.Folder, "merges.txt"), "");
        Assert.Contains("<|startoftext|>", Assert.Throws<TokenizerException>(() => ClipTokenizer.Load(_files.Folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_HugeFile_IsRefusedUnread()
    {
        using (FileStream stream = File.OpenWrite(Path.Combine(_files.Folder, "merges.txt")))
        {
            stream.SetLength(1L << 40);
        }

        Assert.Contains("large", Assert.Throws<TokenizerException>(() => ClipTokenizer.Load(_files.Folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_PaddingInTheMap_IsUsed()
    {
        File.WriteAllText(Path.Combine(_files.Folder, "special_tokens_map.json"), """{"pad_token": {"content": "!"}}""");
        ClipTokenizer tokenizer = ClipTokenizer.Load(_files.Folder);
        Assert.Equal(0, tokenizer.PaddingId);
        Assert.Equal(0, tokenizer.EncodeChunk("cat")[76]);
    }
}
