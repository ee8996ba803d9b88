using System.Text;
using SdStudio.Storage.Models.Downloads;
using SdStudio.Tests;

namespace SdStudio.Storage.Tests.Models.Downloads;

public sealed class ModelDownloadTests : IDisposable
{
    private readonly DownloadWorkshop _shop = new();

    public void Dispose() => _shop.Dispose();

    [Fact]
    public async Task Run_SoundFile_IsPutInPlaceAndNothingElseStays()
    {
        string target = await _shop.RunAsync(_shop.Order(_shop.Content.Length, _shop.Hash));

        Assert.Equal(_shop.Target, target);
        Assert.Equal(_shop.Content, await File.ReadAllBytesAsync(target));
        Assert.Empty(_shop.Folder.Read());
        Assert.Equal(["a.safetensors"], Directory.GetFiles(_shop.Folder.ModelRoot, "*", SearchOption.AllDirectories).Select(Path.GetFileName));
        Assert.Contains(_shop.Reports, report => report.Stage == DownloadStage.Checking && report.Percent == 100);
    }

    [Fact]
    public async Task Run_AnotherProgramHasTheSameOrder_LeavesItAlone()
    {
        DownloadOrder order = _shop.Order();
        _shop.Folder.Save(order);
        using (_shop.Folder.Take(order))
        {
            Assert.Contains("by another program", (await _shop.FailAsync(order)).Message, StringComparison.Ordinal);
            Assert.Empty(_shop.Server.Heard);
        }

        await _shop.RunAsync(order);
        Assert.Equal(_shop.Content, await File.ReadAllBytesAsync(_shop.Target));
    }

    [Fact]
    public async Task Run_ConnectionBreaks_AsksForTheRestOfTheSameVersion()
    {
        int answers = 0;
        _shop.Server.Answer(DownloadWorkshop.Path, DownloadWorkshop.Serve(() => _shop.Content, () => answers++ == 0 ? 100_000 : int.MaxValue));

        await _shop.RunAsync(_shop.Order(hash: _shop.Hash));

        Assert.Equal(_shop.Content, await File.ReadAllBytesAsync(_shop.Target));
        LocalRequest second = _shop.Server.Heard[1];
        Assert.InRange(second.From!.Value, 1, 100_000);
        Assert.StartsWith("\"", second["If-Range"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_BrokenEveryTime_KeepsWhatIsHereForTheNextStart()
    {
        _shop.Settings = _shop.Settings with { Retries = 0 };
        _shop.Server.Answer(DownloadWorkshop.Path, FirstPieceThenNothing(90_000));
        DownloadOrder order = _shop.Order();
        Assert.Contains("broke", (await _shop.FailAsync(order)).Message, StringComparison.Ordinal);
        DownloadOrder kept = Assert.Single(_shop.Folder.Read());
        Assert.Equal(order.Id, kept.Id);
        Assert.Equal(90_000, _shop.Folder.Received(kept));

        _shop.Server.Answer(DownloadWorkshop.Path, DownloadWorkshop.Serve(() => _shop.Content));
        await _shop.RunAsync(kept);

        Assert.Equal(90_000, _shop.Server.Heard[^1].From);
        Assert.Equal(_shop.Content, await File.ReadAllBytesAsync(_shop.Target));
    }

    [Fact]
    public async Task Run_CancelledInTheMiddle_GoesOnWithTheSameOrder()
    {
        using CancellationTokenSource stop = new();
        _shop.Server.Answer(DownloadWorkshop.Path, async (request, stream, stopping) =>
        {
            await LocalServer.SendAsync(stream, "200 OK", $"ETag: \"1\"\r\nContent-Length: {_shop.Content.Length}\r\n", _shop.Content[..80_000], stopping);
            await Until.True(() => _shop.Folder.Read() is [var order] && _shop.Folder.Received(order) == 80_000, "the first bytes are written");
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, stopping);
        });
        DownloadOrder order = _shop.Order();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _shop.RunAsync(order, stop.Token));

        _shop.Server.Answer(DownloadWorkshop.Path, (request, stream, stopping) => LocalServer.SendAsync(
            stream, "206 Partial Content", $"ETag: \"1\"\r\nContent-Range: bytes {request.From}-{_shop.Content.Length - 1}/{_shop.Content.Length}\r\nContent-Length: {_shop.Content.Length - request.From}\r\n",
            _shop.Content[request.From!.Value..], stopping));
        await _shop.RunAsync(order);

        Assert.Equal("\"1\"", _shop.Server.Heard[^1]["If-Range"]);
        Assert.Equal(_shop.Content, await File.ReadAllBytesAsync(_shop.Target));
    }

    [Fact]
    public async Task Run_ServerHasAnotherVersionAfterARestart_BeginsAnew()
    {
        await StopAfterAsync(70_000);
        _shop.Content = DownloadWorkshop.Weights(seed: 2);

        _shop.Server.Answer(DownloadWorkshop.Path, DownloadWorkshop.Serve(() => _shop.Content));
        await _shop.RunAsync(Assert.Single(_shop.Folder.Read()));

        Assert.Equal(_shop.Content, await File.ReadAllBytesAsync(_shop.Target));
    }

    [Fact]
    public async Task Run_ServerKnowsNoRanges_BeginsAnew()
    {
        await StopAfterAsync(70_000);

        _shop.Server.Answer(DownloadWorkshop.Path, _shop.Content);
        await _shop.RunAsync(Assert.Single(_shop.Folder.Read()));

        Assert.Equal(70_000, _shop.Server.Heard[^1].From);
        Assert.Equal(_shop.Content, await File.ReadAllBytesAsync(_shop.Target));
    }

    [Fact]
    public async Task Run_NoMarkOfTheVersionAndNoHash_NeverMixesOldAndNew()
    {
        _shop.Server.Answer(DownloadWorkshop.Path, (request, stream, stop) =>
            LocalServer.SendAsync(stream, "200 OK", $"Content-Length: {_shop.Content.Length}\r\n", _shop.Content[..50_000], stop));
        await _shop.FailAsync(_shop.Order());

        Assert.All(_shop.Server.Heard, request => Assert.Null(request.From));
    }

    [Fact]
    public async Task Run_RangeNotSatisfiableBecauseAllIsHere_Finishes()
    {
        // A chunked answer names no size, so only the server knows that nothing is missing.
        byte[] all = _shop.Content;
        bool isFirst = true;
        _shop.Server.Answer(DownloadWorkshop.Path, async (request, stream, stop) =>
        {
            if (isFirst)
            {
                isFirst = false;
                await LocalServer.SendAsync(stream, "200 OK", "ETag: \"1\"\r\nTransfer-Encoding: chunked\r\n", [.. Encoding.ASCII.GetBytes($"{all.Length:x}\r\n"), .. all, .. "\r\n"u8], stop);
                return;
            }

            await LocalServer.SendAsync(stream, "416 Range Not Satisfiable", $"Content-Range: bytes */{all.Length}\r\nContent-Length: 0\r\n", [], stop);
        });

        await _shop.RunAsync(_shop.Order());

        Assert.Equal(all.Length, _shop.Server.Heard[^1].From);
        Assert.Equal(all, await File.ReadAllBytesAsync(_shop.Target));
    }

    [Fact]
    public async Task Run_RangeNotSatisfiableForAShorterFile_BeginsAnew()
    {
        await StopAfterAsync(70_000);
        _shop.Server.Answer(DownloadWorkshop.Path, (request, stream, stop) => request.From is null
            ? DownloadWorkshop.Serve(() => _shop.Content)(request, stream, stop)
            : LocalServer.SendAsync(stream, "416 Range Not Satisfiable", "Content-Range: bytes */10\r\nContent-Length: 0\r\n", [], stop));

        await _shop.RunAsync(Assert.Single(_shop.Folder.Read()));

        Assert.Equal(_shop.Content, await File.ReadAllBytesAsync(_shop.Target));
    }

    [Fact]
    public async Task Run_AnotherPieceThanAskedFor_IsNotTaken()
    {
        await StopAfterAsync(70_000);
        _shop.Server.Answer(DownloadWorkshop.Path, (request, stream, stop) => request.From is null
            ? DownloadWorkshop.Serve(() => _shop.Content)(request, stream, stop)
            : LocalServer.SendAsync(stream, "206 Partial Content", $"Content-Range: bytes 5-9/{_shop.Content.Length}\r\nContent-Length: 5\r\n", [1, 2, 3, 4, 5], stop));

        await _shop.RunAsync(Assert.Single(_shop.Folder.Read()));

        Assert.Equal(_shop.Content, await File.ReadAllBytesAsync(_shop.Target));
    }

    [Fact]
    public async Task Run_WrongHash_ThrowsTheFileAway()
    {
        DownloadOrder order = _shop.Order(hash: new string('0', 64));

        Assert.Contains("SHA-256", (await _shop.FailAsync(order)).Message, StringComparison.Ordinal);
        Assert.Equal(0, _shop.Folder.Received(order));
    }

    [Fact]
    public async Task Run_HashInTheRedirectsHeader_IsCheckedToo()
    {
        _shop.Settings = _shop.Settings with { HuggingFace = _shop.Server.Address };
        _shop.Server.Answer("/linked", (stream, stop) => LocalServer.SendAsync(
            stream, "302 Found", $"Location: {DownloadWorkshop.Path}\r\nX-Linked-Etag: \"{new string('1', 64)}\"\r\nContent-Length: 0\r\n", [], stop));

        Assert.Contains(new string('1', 64), (await _shop.FailAsync(_shop.Order(path: "/linked"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_AnnouncesLessThanTheFileHas_IsNotTaken()
    {
        _shop.Server.Answer(DownloadWorkshop.Path, (stream, stop) => LocalServer.SendAsync(stream, "200 OK", $"Content-Length: {_shop.Content.Length - 1000}\r\n", _shop.Content, stop));

        Assert.Contains("ends early", (await _shop.FailAsync(_shop.Order())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_AnotherSizeThanPlanned_IsRefusedBeforeItIsReceived()
    {
        Assert.Contains("should have 999 bytes", (await _shop.FailAsync(_shop.Order(size: 999))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_SendsWithoutEnd_IsCutShort()
    {
        _shop.Settings = _shop.Settings with { LargestFile = 1_000_000 };
        _shop.Server.Answer(DownloadWorkshop.Path, async (stream, stop) =>
        {
            await LocalServer.SendAsync(stream, "200 OK", "", _shop.Content, stop);
            while (true)
            {
                await stream.WriteAsync(new byte[1 << 16], stop);
            }
        });

        Assert.Contains("more", (await _shop.FailAsync(_shop.Order())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_LargerThanAllowed_IsRefused()
    {
        _shop.Settings = _shop.Settings with { LargestFile = 1000 };

        Assert.Contains("LargestFileGigabytes", (await _shop.FailAsync(_shop.Order())).Message, StringComparison.Ordinal);
    }

    public static TheoryData<byte[], string> Foreign => new()
    {
        { Encoding.UTF8.GetBytes("<!doctype html><html><title>Sign in</title>" + new string(' ', 200)), "web page" },
        { [.. "PK\u0003\u0004"u8, .. new byte[200]], "zip archive" },
        { [0x80, 2, .. "ccollections\nOrderedDict\n"u8, .. new byte[200]], "pickle" },
        { [.. "GGUF"u8, .. new byte[200]], "GGUF" },
        { new byte[3], "not a .safetensors" },
    };

    [Theory]
    [MemberData(nameof(Foreign))]
    public async Task Run_FileOfAnotherKind_IsThrownAwayAtOnce(byte[] content, string words)
    {
        _shop.Server.Answer(DownloadWorkshop.Path, content);

        Assert.Contains(words, (await _shop.FailAsync(_shop.Order())).Message, StringComparison.Ordinal);
        Assert.Single(_shop.Server.Heard);
    }

    [Fact]
    public async Task Run_EmptyFile_SaysSo()
    {
        _shop.Server.Answer(DownloadWorkshop.Path, Array.Empty<byte>());

        Assert.Contains("empty", (await _shop.FailAsync(_shop.Order())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_DiskTooSmall_SaysSoBeforeAnythingIsAsked()
    {
        _shop.Settings = _shop.Settings with { FreeSpace = _ => 1_000_100_000 };

        Assert.Contains("GB free", (await _shop.FailAsync(_shop.Order(size: _shop.Content.Length))).Message, StringComparison.Ordinal);
        Assert.Empty(_shop.Server.Heard);
    }

    [Fact]
    public async Task Run_DiskTooSmallForWhatTheServerAnnounces_StopsBeforeTheBytes()
    {
        _shop.Settings = _shop.Settings with { FreeSpace = _ => 1_000_100_000 };
        DownloadOrder order = _shop.Order();

        Assert.Contains("GB free", (await _shop.FailAsync(order)).Message, StringComparison.Ordinal);
        Assert.Equal(0, _shop.Folder.Received(order));
    }

    [Fact]
    public async Task Run_ServerFallsSilent_GivesUpAndKeepsWhatIsHere()
    {
        _shop.Settings = _shop.Settings with { SilenceLimit = TimeSpan.FromMilliseconds(400), Retries = 0 };
        _shop.Server.Answer(DownloadWorkshop.Path, async (stream, stop) =>
        {
            await LocalServer.SendAsync(stream, "200 OK", $"ETag: \"1\"\r\nContent-Length: {_shop.Content.Length}\r\n", _shop.Content[..60_000], stop);
            await Task.Delay(Timeout.Infinite, stop);
        });
        DownloadOrder order = _shop.Order();

        Assert.Contains("silent", (await _shop.FailAsync(order)).Message, StringComparison.Ordinal);
        Assert.Equal(60_000, _shop.Folder.Received(order));
    }

    [Fact]
    public async Task Run_SlowServer_ReportsPaceAndTimeLeft()
    {
        _shop.Server.Answer(DownloadWorkshop.Path, async (stream, stop) =>
        {
            await LocalServer.SendAsync(stream, "200 OK", $"Content-Length: {_shop.Content.Length}\r\n", [], stop);
            foreach (byte[] piece in _shop.Content.Chunk(_shop.Content.Length / 16))
            {
                await stream.WriteAsync(piece, stop);
                await Task.Delay(100, stop);
            }
        });

        await _shop.RunAsync(_shop.Order(_shop.Content.Length));

        Assert.Contains(_shop.Reports, report => report is { BytesPerSecond: > 0, Left: not null, Percent: > 0 and < 100 });
    }

    [Fact]
    public async Task Run_NameAlreadyTaken_LeavesTheFileAlone()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_shop.Target)!);
        await File.WriteAllTextAsync(_shop.Target, "mine");

        DownloadException problem = await Assert.ThrowsAsync<DownloadException>(() => _shop.RunAsync(_shop.Order()));

        Assert.Contains("already", problem.Message, StringComparison.Ordinal);
        Assert.Equal("mine", await File.ReadAllTextAsync(_shop.Target));
    }

    [Theory]
    [InlineData("404 Not Found", "Look at the link", 1)]
    [InlineData("401 Unauthorized", "does not give", 1)]
    [InlineData("503 Service Unavailable", "503", 3)]
    [InlineData("429 Too Many Requests", "too often", 3)]
    public async Task Run_ServerRefuses_SaysWhatItMeansAndAsksAgainOnlyWhereThatHelps(string status, string words, int requests)
    {
        _shop.Server.Answer(DownloadWorkshop.Path, (stream, stop) => LocalServer.SendAsync(stream, status, "Content-Length: 0\r\n", [], stop));

        Assert.Contains(words, (await _shop.FailAsync(_shop.Order())).Message, StringComparison.Ordinal);
        Assert.Equal(requests, _shop.Server.Heard.Count);
    }

    [Fact]
    public async Task Run_Folder_AppearsWholeOrNotAtAll()
    {
        byte[] unet = _shop.Content;
        _shop.Server.Answer("/index", """{"_class_name": "StableDiffusionPipeline"}"""u8.ToArray());
        DownloadOrder order = Folder(("/index", "model_index.json"), ("/unet", "unet/diffusion_pytorch_model.safetensors"));
        string target = Path.Combine(_shop.Folder.ModelRoot, "diffusers", "whole");

        await _shop.FailAsync(order);
        Assert.False(Directory.Exists(target));
        int asked = _shop.Server.Requests.Count(path => path == "/index");

        _shop.Server.Answer("/unet", unet);
        Assert.Equal(target, await _shop.RunAsync(order));

        Assert.Equal(unet, await File.ReadAllBytesAsync(Path.Combine(target, "unet", "diffusion_pytorch_model.safetensors")));
        Assert.True(File.Exists(Path.Combine(target, "model_index.json")));
        Assert.Equal(asked, _shop.Server.Requests.Count(path => path == "/index"));
    }

    [Theory]
    [InlineData("../outside.json")]
    [InlineData("/etc/outside.json")]
    [InlineData("unet/../../outside.json")]
    [InlineData("C:/outside.json")]
    [InlineData(".hidden/outside.json")]
    public async Task Run_PathThatLeadsOut_IsRefused(string path)
    {
        Assert.Contains("where none belong", (await _shop.FailAsync(Folder(("/index", path)))).Message, StringComparison.Ordinal);
        Assert.Empty(_shop.Server.Heard);
    }

    [Fact]
    public async Task Read_DamagedOrMovedOrders_ArePassedOver()
    {
        await StopAfterAsync(1000);
        string good = Directory.GetDirectories(Path.Combine(_shop.Folder.ModelRoot, ".downloads")).Single();
        string copy = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(good)!, "elsewhere")).FullName;
        File.Copy(Path.Combine(good, "order.json"), Path.Combine(copy, "order.json"));
        Directory.CreateDirectory(copy + "2");
        await File.WriteAllTextAsync(Path.Combine(copy + "2", "order.json"), "{");

        Assert.Single(_shop.Folder.Read());
    }

    private static Func<LocalRequest, System.Net.Sockets.NetworkStream, CancellationToken, Task> Failing() =>
        (_, stream, stop) => LocalServer.SendAsync(stream, "503 Service Unavailable", "Content-Length: 0\r\n", [], stop);

    private Func<LocalRequest, System.Net.Sockets.NetworkStream, CancellationToken, Task> FirstPieceThenNothing(int count) => (request, stream, stop) =>
        request.From is null ? DownloadWorkshop.Serve(() => _shop.Content, () => count)(request, stream, stop) : Failing()(request, stream, stop);

    private async Task StopAfterAsync(int count)
    {
        _shop.Server.Answer(DownloadWorkshop.Path, FirstPieceThenNothing(count));
        await _shop.FailAsync(_shop.Order());
    }

    private DownloadOrder Folder(params (string Address, string Path)[] files) => DownloadOrder.Of(
        new DownloadPlan
        {
            Title = "Whole",
            Link = "a",
            Choice = "a",
            Place = ModelPlaces.Diffusers,
            FolderName = "whole",
            Files = [.. files.Select(file => new PlannedFile(_shop.At(file.Address), file.Path, null, null))],
        },
        TimeProvider.System);
}
