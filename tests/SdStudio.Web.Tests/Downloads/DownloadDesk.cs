using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using SdStudio.Storage.Data;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Models;
using SdStudio.Storage.Models.Downloads;
using SdStudio.Storage.Owner;
using SdStudio.Tests;
using SdStudio.Web.Downloads;
using SdStudio.Web.Security;

namespace SdStudio.Web.Tests.Downloads;

/// <summary>A download queue over a model folder, a catalogue and a server on this machine that has one small real model.</summary>
internal sealed class DownloadDesk : IAsyncDisposable
{
    /// <summary>Bytes of the model that come before <see cref="BeginAsync"/> returns.</summary>
    public const int Begun = 5000;

    private readonly string _home = Directory.CreateTempSubdirectory("sdstudio-").FullName;
    private readonly StudioDatabase _database;

    public DownloadDesk()
    {
        Folder = new DownloadFolder(Path.Combine(_home, "models"));
        Directory.CreateDirectory(Folder.ModelRoot);
        using (TinyCheckpoint model = TinyCheckpoint.SingleFile(name: "harbour"))
        {
            Content = File.ReadAllBytes(model.Path);
        }

        _database = new StudioDatabase(new GalleryPaths(_home));
        Catalog = new ModelCatalog(_database, [Folder.ModelRoot]);
        OwnerPassphrase passphrase = new(_home);
        (Owner, Visitor) = (new OwnerIdentity(passphrase), new OwnerIdentity(passphrase));
        Owner.Become(OwnerProof.AtHost);
    }

    public LocalServer Server { get; } = new();

    public DownloadFolder Folder { get; }

    public ModelCatalog Catalog { get; }

    public OwnerIdentity Owner { get; }

    public OwnerIdentity Visitor { get; }

    public byte[] Content { get; }

    public DownloadSettings Settings { get; set; } = new()
    {
        AllowsThisMachine = true,
        RetryDelay = TimeSpan.Zero,
        Retries = 0,
        FreeSpace = _ => long.MaxValue / 2,
    };

    public DownloadQueue Queue { get; private set; } = null!;

    public static async Task<DownloadDesk> OpenAsync(bool isOffline = false)
    {
        DownloadDesk desk = new();
        desk.Settings = desk.Settings with { Offline = isOffline };
        await desk._database.MigrateAsync();
        await desk.StartAsync();
        return desk;
    }

    /// <summary>As the program does at its end and at its next start.</summary>
    public async Task RestartAsync()
    {
        await Queue.StopAsync(default);
        Queue.Dispose();
        await StartAsync();
    }

    public DownloadPlan Plan(string name = "harbour", string? hash = null) => new()
    {
        Title = name,
        Link = name,
        Choice = $"{name}.safetensors",
        Place = ModelPlaces.Checkpoints,
        Files = [new PlannedFile(new Uri(Server.Address, $"/{name}"), $"{name}.safetensors", Content.Length, hash)],
    };

    /// <summary>A sound server: ranges, and a mark of the version.</summary>
    public void Serve(string name = "harbour") => Server.Answer($"/{name}", (request, stream, stop) => SendAsync(request, stream, Content.Length, stop));

    /// <summary>Sends so many bytes and nothing more until the connection ends.</summary>
    public void ServeAndHang(int bytes, string name = "harbour") => Server.Answer($"/{name}", async (request, stream, stop) =>
    {
        await SendAsync(request, stream, bytes, stop);
        await Task.Delay(Timeout.Infinite, stop);
    });

    /// <summary>Orders a model from a server that sends its first bytes and then hangs.</summary>
    /// <returns>When these bytes are here.</returns>
    public async Task<DownloadEntry> BeginAsync(string name = "harbour")
    {
        ServeAndHang(Begun, name);
        DownloadEntry entry = Queue.Add(Plan(name), Owner);
        await Until.True(() => Entry(entry.Id).Received == Begun, "the first bytes are here");
        return entry;
    }

    /// <summary>The same, paused there.</summary>
    public async Task<DownloadEntry> BeginAndPauseAsync()
    {
        DownloadEntry entry = await BeginAsync();
        Queue.Pause(entry.Id, Owner);
        await Until.True(() => Folder.Read() is [{ IsPaused: true }], "the pause is kept");
        return entry;
    }

    public DownloadEntry Entry(string id) => Queue.Entries.Single(entry => entry.Id == id);

    public Task WhenAsync(string id, DownloadState state) => Until.True(() => Queue.Entries.Any(entry => entry.Id == id && entry.State == state), $"the download is {state}");

    public async ValueTask DisposeAsync()
    {
        await Queue.StopAsync(default);
        Queue.Dispose();
        Server.Dispose();
        await Catalog.DisposeAsync();
        _database.Dispose();
        Directory.Delete(_home, recursive: true);
    }

    private async Task StartAsync()
    {
        Queue = new DownloadQueue(Settings, Folder, Catalog, TimeProvider.System, NullLogger<DownloadQueue>.Instance);
        await Queue.StartAsync(default);
    }

    private Task SendAsync(LocalRequest request, System.Net.Sockets.NetworkStream stream, int most, CancellationToken stop)
    {
        int from = request.From ?? 0;
        string range = from > 0 ? $"Content-Range: bytes {from}-{Content.Length - 1}/{Content.Length}\r\n" : "";
        string tag = Convert.ToHexStringLower(SHA256.HashData(Content))[..16];
        return LocalServer.SendAsync(
            stream, from > 0 ? "206 Partial Content" : "200 OK", $"ETag: \"{tag}\"\r\n{range}Content-Length: {Content.Length - from}\r\n", Content[from..Math.Min(Content.Length, from + most)], stop);
    }
}
