using System.Collections.Concurrent;
using System.Security.Cryptography;
using SdStudio.Diffusion.Tensors;
using SdStudio.Storage.Models.Downloads;
using SdStudio.Tests;

namespace SdStudio.Storage.Tests.Models.Downloads;

/// <summary>A model folder, a server with a real safetensors file, and everything that is needed to download it.</summary>
internal sealed class DownloadWorkshop : IDisposable
{
    public const string Path = "/model.safetensors";

    private readonly string _home = Directory.CreateTempSubdirectory("sdstudio-download-").FullName;

    public DownloadWorkshop()
    {
        Folder = new DownloadFolder(System.IO.Path.Combine(_home, "models"));
        Directory.CreateDirectory(Folder.ModelRoot);
        Content = Weights(seed: 1);
        Server.Answer(Path, Serve(() => Content));
    }

    public LocalServer Server { get; } = new();

    public DownloadFolder Folder { get; }

    public byte[] Content { get; set; }

    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Content));

    public ConcurrentQueue<DownloadProgress> Reports { get; } = [];

    public string Target => System.IO.Path.Combine(Folder.ModelRoot, "checkpoints", "a.safetensors");

    public DownloadSettings Settings { get; set; } = new()
    {
        AllowsThisMachine = true,
        SilenceLimit = TimeSpan.FromSeconds(30),
        RetryDelay = TimeSpan.Zero,
        Retries = 2,
        FreeSpace = _ => long.MaxValue / 2,
    };

    /// <summary>Answers like a sound server: ranges, a version mark, and the whole file where the version is another.</summary>
    /// <param name="most">Bytes after which the connection breaks.</param>
    public static Func<LocalRequest, System.Net.Sockets.NetworkStream, CancellationToken, Task> Serve(Func<byte[]> content, Func<int>? most = null) => (request, stream, stop) =>
    {
        byte[] all = content();
        string tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(all))[..16]}\"";
        int from = request.From is { } start && (request["If-Range"] ?? tag) == tag ? start : 0;
        string status = from > 0 ? "206 Partial Content" : "200 OK";
        string range = from > 0 ? $"Content-Range: bytes {from}-{all.Length - 1}/{all.Length}\r\n" : "";
        int count = Math.Min(all.Length - from, most?.Invoke() ?? int.MaxValue);
        return LocalServer.SendAsync(stream, status, $"ETag: {tag}\r\n{range}Content-Length: {all.Length - from}\r\n", all[from..(from + count)], stop);
    };

    /// <summary>A sound file of about 270 KB.</summary>
    public static byte[] Weights(int seed)
    {
        string file = System.IO.Path.GetTempFileName();
        try
        {
            Random random = new(seed);
            SafetensorsWriter.Write(file, [new PlannedTensor("weight", ElementType.Float32, 260, 260)], (_, block) =>
            {
                foreach (ref float value in block)
                {
                    value = random.NextSingle();
                }
            });
            return File.ReadAllBytes(file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    public Uri At(string path) => new(Server.Address, path);

    public DownloadOrder Order(long? size = null, string? hash = null, string path = Path) => DownloadOrder.Of(
        new DownloadPlan { Title = "A", Link = "a", Choice = "a", Place = ModelPlaces.Checkpoints, Files = [new PlannedFile(At(path), "a.safetensors", size, hash)] },
        TimeProvider.System);

    /// <summary>As after a start of the program: nothing is remembered but what lies on disk.</summary>
    public async Task<string> RunAsync(DownloadOrder order, CancellationToken cancellationToken = default)
    {
        using ModelDownload download = new(Settings, Folder, TimeProvider.System);
        return await download.RunAsync(order, new Collector(Reports), cancellationToken);
    }

    public async Task<DownloadException> FailAsync(DownloadOrder order)
    {
        DownloadException problem = await Assert.ThrowsAsync<DownloadException>(() => RunAsync(order));
        Assert.False(File.Exists(Target), "Nothing unproven may stand in the model folder.");
        return problem;
    }

    public void Dispose()
    {
        Server.Dispose();
        Directory.Delete(_home, recursive: true);
    }

    private sealed class Collector(ConcurrentQueue<DownloadProgress> reports) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => reports.Enqueue(value);
    }
}
