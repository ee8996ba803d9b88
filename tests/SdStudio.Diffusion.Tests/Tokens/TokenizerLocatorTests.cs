using SdStudio.Diffusion.Tokens;

namespace SdStudio.Diffusion.Tests.Tokens;

public sealed class TokenizerLocatorTests : IDisposable
{
    private readonly TinyTokenizer _files = new("tokenizers/clip");
    private readonly int _size;

    public TokenizerLocatorTests()
    {
        _size = ClipTokenizer.Load(_files.Folder).VocabularySize;
    }

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Find_OwnFolder_ComesFirst()
    {
        string own = Path.Combine(_files.Root, "model", "tokenizer");
        TinyTokenizer.Write(own, []);
        Assert.Equal(own, TokenizerLocator.Find(own, [_files.Root], _size)!.Folder);
    }

    [Fact]
    public void Find_SingleFile_TakesTheSharedOneBeforeAnotherModels()
    {
        TinyTokenizer.Write(Path.Combine(_files.Root, "a-model", "tokenizer"), []);
        Assert.Equal(_files.Folder, TokenizerLocator.Find(null, [_files.Root], _size)!.Folder);
    }

    [Fact]
    public void Find_OnlyAnotherModels_TakesThat()
    {
        string other = Path.Combine(_files.Root, "checkpoints", "a-model", "tokenizer");
        TinyTokenizer.Write(other, ["extra"]);
        Assert.Equal(other, TokenizerLocator.Find(null, [_files.Root], _size + 1)!.Folder);
    }

    [Fact]
    public void Find_OtherVocabulary_IsPassedOver() => Assert.Null(TokenizerLocator.Find(null, [_files.Root, "/nowhere"], 49408));

    [Fact]
    public void Find_BrokenOnesOfOthers_ArePassedOver()
    {
        string broken = Path.Combine(_files.Root, "tokenizers", "a-broken-one");
        Directory.CreateDirectory(broken);
        File.WriteAllText(Path.Combine(broken, "vocab.json"), "{");
        File.WriteAllText(Path.Combine(broken, "merges.txt"), "");
        Assert.Equal(_files.Folder, TokenizerLocator.Find(null, [_files.Root], _size)!.Folder);
    }

    [Fact]
    public void Find_OwnLargerThanTheTextEncoder_Throws() =>
        Assert.Throws<TokenizerException>(() => TokenizerLocator.Find(_files.Folder, [], _size - 1));

    [Fact]
    public void Require_None_NamesBothFilesAndTheFolder()
    {
        string message = Assert.Throws<TokenizerMissingException>(() => TokenizerLocator.Require("dream", null, [_files.Root], 49408)).Message;
        Assert.Contains("dream", message, StringComparison.Ordinal);
        Assert.Contains("vocab.json", message, StringComparison.Ordinal);
        Assert.Contains("merges.txt", message, StringComparison.Ordinal);
        Assert.Contains(TokenizerLocator.DownloadFolder(_files.Root), message, StringComparison.Ordinal);
    }
}
