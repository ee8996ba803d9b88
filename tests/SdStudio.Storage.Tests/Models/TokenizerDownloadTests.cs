using System.Text;
using SdStudio.Diffusion.Tokens;
using SdStudio.Storage.Models;
using SdStudio.Tests;

namespace SdStudio.Storage.Tests.Models;

public sealed class TokenizerDownloadTests : IDisposable
{
    private const string Vocabulary = """{"c": 0, "a": 1, "t</w>": 2, "ca": 3, "<|startoftext|>": 4, "<|endoftext|>": 5}""";
    private const string Merges = "#version: 0.2\nc a\n";

    private readonly LocalServer _server = new();
    private readonly string _root = Directory.CreateTempSubdirectory("tokenizer-download-test-").FullName;

    public TokenizerDownloadTests()
    {
        _server.Answer("/clip/vocab.json", Encoding.UTF8.GetBytes(Vocabulary));
        _server.Answer("/clip/merges.txt", Encoding.UTF8.GetBytes(Merges));
    }

    private string Folder => TokenizerLocator.DownloadFolder(_root);

    public void Dispose()
    {
        _server.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task Run_RightFiles_PutsBothInPlace()
    {
        List<TokenizerDownloadProgress> reports = [];
        using TokenizerDownload download = Download();
        string folder = await download.RunAsync(_root, new Collector(reports));

        Assert.Equal(Folder, folder);
        Assert.Equal(["merges.txt", "vocab.json"], Directory.GetFiles(folder).Select(Path.GetFileName).Order());
        Assert.Equal(6, ClipTokenizer.Load(folder).VocabularySize);
        Assert.Contains(new TokenizerDownloadProgress("vocab.json", Vocabulary.Length, Vocabulary.Length), reports);
        Assert.Contains(new TokenizerDownloadProgress("merges.txt", Merges.Length, Merges.Length), reports);
    }

    [Fact]
    public async Task Run_SecondTime_AsksNoServer()
    {
        using TokenizerDownload download = Download();
        await download.RunAsync(_root);
        int requests = _server.Requests.Count;
        await download.RunAsync(_root);
        Assert.Equal(requests, _server.Requests.Count);
    }

    [Fact]
    public async Task Run_BrokenFilesThere_ReplacesThem()
    {
        Directory.CreateDirectory(Folder);
        await File.WriteAllTextAsync(Path.Combine(Folder, "vocab.json"), "{");
        await File.WriteAllTextAsync(Path.Combine(Folder, "merges.txt"), "");
        using TokenizerDownload download = Download();
        await download.RunAsync(_root);
        Assert.Equal(6, ClipTokenizer.Load(Folder).VocabularySize);
    }

    [Fact]
    public async Task Run_SameContentInOtherBytes_IsAccepted()
    {
        _server.Answer("/clip/vocab.json", Encoding.UTF8.GetBytes("""{ "<|endoftext|>":5,"a":1,"\u0063":0,"t</w>":2,"ca":3,"<|startoftext|>":4 }"""));
        _server.Answer("/clip/merges.txt", Encoding.UTF8.GetBytes("#version: 0.2 - made elsewhere\r\nc a"));
        using TokenizerDownload download = Download();
        Assert.Equal(Folder, await download.RunAsync(_root));
    }

    [Theory]
    [InlineData("/clip/vocab.json", """{"c": 1, "a": 0, "t</w>": 2, "ca": 3, "<|startoftext|>": 4, "<|endoftext|>": 5}""")]
    [InlineData("/clip/vocab.json", "<html>Sign in</html>")]
    [InlineData("/clip/vocab.json", "[1, 2]")]
    [InlineData("/clip/vocab.json", "")]
    [InlineData("/clip/merges.txt", "#version: 0.2\na c\n")]
    [InlineData("/clip/merges.txt", "#version: 0.2\nc a\nca t</w>\n")]
    public async Task Run_OtherContent_IsThrownAway(string path, string content)
    {
        _server.Answer(path, Encoding.UTF8.GetBytes(content));
        Assert.Contains("is not that of CLIP", await FailAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_CutOff_SaysSo()
    {
        _server.Answer("/clip/merges.txt", (stream, stop) => LocalServer.SendAsync(stream, "200 OK", "Content-Length: 1000\r\n", [1, 2, 3], stop));
        Assert.Contains("merges.txt could not be downloaded", await FailAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_AnnouncesTooMuch_IsRefused()
    {
        _server.Answer("/clip/vocab.json", (stream, stop) => LocalServer.SendAsync(stream, "200 OK", "Content-Length: 99999999999\r\n", [1], stop));
        Assert.Contains("far more", await FailAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_SendsWithoutEnd_IsCutShort()
    {
        _server.Answer("/clip/vocab.json", async (stream, stop) =>
        {
            await LocalServer.SendAsync(stream, "200 OK", "", [], stop);
            while (true)
            {
                await stream.WriteAsync(new byte[1 << 16], stop);
            }
        });
        Assert.Contains("far more", await FailAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{")]
    public async Task Run_ServerFallsSilent_GivesUp(string beginning)
    {
        _server.Answer("/clip/vocab.json", async (stream, stop) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(beginning), stop);
            await Task.Delay(Timeout.Infinite, stop);
        });
        Assert.Contains("too long", await FailAsync(silence: TimeSpan.FromMilliseconds(300)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ServerDripsForever_GivesUp()
    {
        _server.Answer("/clip/vocab.json", async (stream, stop) =>
        {
            await LocalServer.SendAsync(stream, "200 OK", "Content-Length: 100000\r\n", [], stop);
            while (true)
            {
                await stream.WriteAsync(new byte[1], stop);
                await Task.Delay(20, stop);
            }
        });
        Assert.Contains("too long", await FailAsync(file: TimeSpan.FromMilliseconds(500)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Redirected_Follows()
    {
        _server.Redirect("/clip/vocab.json", "/elsewhere/vocab.json");
        _server.Answer("/elsewhere/vocab.json", Encoding.UTF8.GetBytes(Vocabulary));
        using TokenizerDownload download = Download();
        Assert.Equal(Folder, await download.RunAsync(_root));
    }

    [Fact]
    public async Task Run_RedirectedInCircles_GivesUp()
    {
        _server.Redirect("/clip/vocab.json", "/clip/vocab.json");
        Assert.Contains("circles", await FailAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://192.0.2.1/vocab.json")]
    [InlineData("ftp://127.0.0.1/vocab.json")]
    [InlineData("file:///etc/hostname")]
    public async Task Run_RedirectedAwayFromHttps_IsRefused(string location)
    {
        _server.Redirect("/clip/vocab.json", location);
        Assert.Contains("not an HTTPS address", await FailAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_PlainHttpOfAnotherMachine_IsRefused()
    {
        using TokenizerDownload download = new(new TokenizerDownloadSettings { Source = new Uri("http://example.invalid/") });
        TokenizerDownloadException problem = await Assert.ThrowsAsync<TokenizerDownloadException>(() => download.RunAsync(_root));
        Assert.Contains("not an HTTPS address", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_NotFound_NamesTheAnswer()
    {
        _server.Answer("/clip/merges.txt", (stream, stop) => LocalServer.SendAsync(stream, "404 Not Found", "Content-Length: 0\r\n", [], stop));
        Assert.Contains("404", await FailAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_NobodyListens_SaysSo()
    {
        _server.Dispose();
        Assert.Contains("vocab.json could not be downloaded", await FailAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Cancelled_LeavesNothing()
    {
        using CancellationTokenSource source = new();
        _server.Answer("/clip/merges.txt", async (_, stop) =>
        {
            await source.CancelAsync();
            await Task.Delay(Timeout.Infinite, stop);
        });
        using TokenizerDownload download = Download();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => download.RunAsync(_root, null, source.Token));
        Assert.False(Directory.Exists(Folder));
    }

    [SkippableFact]
    public async Task Run_VocabularyOfClip_IsTheOnePinned()
    {
        string clip = GoldenFolder.RequireClipVocabulary();
        _server.Answer("/clip/vocab.json", await File.ReadAllBytesAsync(Path.Combine(clip, "vocab.json")));
        _server.Answer("/clip/merges.txt", await File.ReadAllBytesAsync(Path.Combine(clip, "merges.txt")));
        using TokenizerDownload download = new(new TokenizerDownloadSettings { Source = _server.Address });
        Assert.Equal(49408, ClipTokenizer.Load(await download.RunAsync(_root)).VocabularySize);
    }

    private TokenizerDownload Download(TimeSpan? silence = null, TimeSpan? file = null)
    {
        (int tokens, string vocabularyHash) = TokenizerContent.OfVocabulary(Encoding.UTF8.GetBytes(Vocabulary))!.Value;
        (int merges, string mergesHash) = TokenizerContent.OfMerges(Encoding.UTF8.GetBytes(Merges));
        TokenizerDownloadSettings settings = new()
        {
            Source = _server.Address,
            SilenceLimit = silence ?? TimeSpan.FromSeconds(20),
            FileLimit = file ?? TimeSpan.FromMinutes(1),
        };
        return new TokenizerDownload(settings, new TokenizerContent(tokens, vocabularyHash, merges, mergesHash));
    }

    /// <summary>The message of a download that fails, which has left no file behind.</summary>
    private async Task<string> FailAsync(TimeSpan? silence = null, TimeSpan? file = null)
    {
        using TokenizerDownload download = Download(silence, file);
        TokenizerDownloadException problem = await Assert.ThrowsAsync<TokenizerDownloadException>(() => download.RunAsync(_root));
        Assert.False(Directory.Exists(Folder) && Directory.EnumerateFileSystemEntries(Folder).Any());
        return problem.Message;
    }

    private sealed class Collector(List<TokenizerDownloadProgress> reports) : IProgress<TokenizerDownloadProgress>
    {
        public void Report(TokenizerDownloadProgress value) => reports.Add(value);
    }
}
