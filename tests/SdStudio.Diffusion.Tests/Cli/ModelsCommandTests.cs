using System.Security.Cryptography;
using System.Text.Json;
using SdStudio.Cli;
using SdStudio.Diffusion.Tensors;
using SdStudio.Storage.Models.Downloads;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Cli;

public sealed class ModelsCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sdstudio-").FullName;
    private readonly StringWriter _output = new();

    public ModelsCommandTests()
    {
        using TinyCheckpoint model = TinyCheckpoint.SingleFile(name: "harbour");
        Directory.CreateDirectory(Path.Combine(_folder, "checkpoints"));
        Directory.CreateDirectory(Path.Combine(_folder, "loras"));
        File.Copy(model.Path, Checkpoint);
        SafetensorsWriter.Write(
            Path.Combine(_folder, "loras", "style.safetensors"),
            [new("lora_unet_x_attn2_to_k.lora_down.weight", ElementType.Float16, 8, 768), new("lora_unet_x_attn2_to_k.lora_up.weight", ElementType.Float16, 64, 8)], (_, block) => block.Fill(1));
    }

    private string Checkpoint => Path.Combine(_folder, "checkpoints", "harbour.safetensors");

    public void Dispose()
    {
        _output.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void List_OfAFolder_TellsKindNameFamilyAndPrecision()
    {
        Shell shell = Shell.Run("models", "list", "--models", _folder);

        Assert.Equal((0, ""), (shell.ExitCode, shell.Error));
        Assert.Contains("Models (1)", shell.Output, StringComparison.Ordinal);
        Assert.Matches(@"harbour +\S+ MB  Stable Diffusion 1\.x +fp16", shell.Output);
        Assert.Contains("LoRAs (1)", shell.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void List_OfOneKind_LeavesOutTheOthers()
    {
        Shell shell = Shell.Run("models", "list", "--kind", "lora", "--family", "1.x", "--models", _folder);

        Assert.Contains("style", shell.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("harbour", shell.Output, StringComparison.Ordinal);
        Assert.Contains("There is none.", Shell.Run("models", "list", "--family", "XL", "--models", _folder).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void List_AsJson_IsReadableByPrograms()
    {
        using JsonDocument json = JsonDocument.Parse(Shell.Run("models", "list", "--json", "--models", _folder).Output);

        JsonElement model = json.RootElement.EnumerateArray().Single(entry => entry.GetProperty("kind").GetString() == "checkpoint");
        Assert.Equal(("harbour", Checkpoint), (model.GetProperty("name").GetString(), model.GetProperty("path").GetString()));
    }

    [Fact]
    public void Scan_WithABrokenFile_NamesItAndCountsTheRest()
    {
        string broken = Path.Combine(_folder, "checkpoints", "broken.safetensors");
        File.WriteAllBytes(broken, File.ReadAllBytes(Checkpoint)[..5000]);

        Shell shell = Shell.Run("models", "scan", "--models", _folder);

        Assert.Equal(0, shell.ExitCode);
        Assert.Contains("3 files and folders read", shell.Output, StringComparison.Ordinal);
        Assert.Contains("1 of them cannot be used:", shell.Output, StringComparison.Ordinal);
        Assert.Contains(broken, shell.Output, StringComparison.Ordinal);
        Assert.Contains("ends early", shell.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Hash_ByNameOrPath_IsTheFilesOwn()
    {
        string expected = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Checkpoint)));

        Assert.Contains(expected, Shell.Run("models", "hash", "harbour", "--models", _folder).Output, StringComparison.Ordinal);
        Shell shell = Shell.Run("models", "hash", Checkpoint, "--models", _folder);
        Assert.Matches($"AutoV2 +{expected[..10]}\\b", shell.Output);
        Assert.Matches("AutoV3 +[0-9a-f]{12}", shell.Output);
    }

    [Fact]
    public void Hash_OfNothing_SaysWhatThereIs()
    {
        Shell shell = Shell.Run("models", "hash", "lighthouse", "--models", _folder);

        Assert.Equal(1, shell.ExitCode);
        Assert.Contains("There are: harbour", shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Get_WithoutALink_OffersModelsToBeginWith()
    {
        Shell shell = Shell.Run("models", "get", "--models", _folder);

        Assert.Equal(0, shell.ExitCode);
        Assert.All(StarterModels.All, model => Assert.Contains(model.File.Address.AbsoluteUri, shell.Output, StringComparison.Ordinal));
        Assert.Contains("licence MIT", shell.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Get_OfNoLink_SaysWhatOneLooksLike()
    {
        Shell shell = Shell.Run("models", "get", "not a link", "--models", _folder);

        Assert.Equal(1, shell.ExitCode);
        Assert.StartsWith("This is no link", shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Get_WithAnImpossibleHash_IsRefusedAtOnce() =>
        Assert.Equal(2, Shell.Run("models", "get", "https://example.org/a.safetensors", "--sha256", "12", "--models", _folder).ExitCode);

    [Fact]
    public async Task Get_FromAServer_PutsTheFileInPlaceAfterABreak()
    {
        byte[] content = await File.ReadAllBytesAsync(Checkpoint);
        using LocalServer server = new();
        bool isBroken = true;
        server.Answer("/lighthouse.safetensors", (request, stream, stop) => request["Range"] == "bytes=0-63"
            ? LocalServer.SendAsync(stream, "206 Partial Content", $"ETag: \"1\"\r\nContent-Range: bytes 0-63/{content.Length}\r\nContent-Length: 64\r\n", content[..64], stop)
            : request.From is { } from
                ? LocalServer.SendAsync(stream, "206 Partial Content", $"ETag: \"1\"\r\nContent-Range: bytes {from}-{content.Length - 1}/{content.Length}\r\nContent-Length: {content.Length - from}\r\n", content[from..], stop)
                : LocalServer.SendAsync(stream, "200 OK", $"ETag: \"1\"\r\nContent-Length: {content.Length}\r\n", isBroken ? content[..6000] : content, stop));
        string link = new Uri(server.Address, "/lighthouse.safetensors").AbsoluteUri;
        ModelGetting getting = new(new DownloadSettings { AllowsThisMachine = true, Retries = 0, RetryDelay = TimeSpan.Zero, FreeSpace = _ => long.MaxValue / 2 }, _folder, _output);

        await Assert.ThrowsAsync<DownloadException>(() => getting.RunAsync(link, null, null, null, isLook: false, default));
        Assert.Single(new DownloadFolder(_folder).Read());
        isBroken = false;
        Assert.Equal(0, await getting.RunAsync(link, null, null, null, isLook: false, default));

        Assert.Equal(6000, server.Heard[^1].From);
        Assert.Equal(content, await File.ReadAllBytesAsync(Path.Combine(_folder, "checkpoints", "lighthouse.safetensors")));
        Assert.Contains("In place", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("There already is", (await Assert.ThrowsAsync<DownloadException>(() => getting.RunAsync(link, null, null, null, false, default))).Message, StringComparison.Ordinal);
        Assert.Equal(0, await getting.RunAsync(link, null, "loras", null, isLook: true, default));
    }

    [Fact]
    public async Task Get_Offline_AsksNobody()
    {
        ModelGetting getting = new(new DownloadSettings { Offline = true }, _folder, _output);

        Assert.Contains("works offline", (await Assert.ThrowsAsync<DownloadException>(() => getting.RunAsync("owner/name", null, null, null, false, default))).Message, StringComparison.Ordinal);
    }
}
