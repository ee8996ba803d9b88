using Microsoft.Extensions.Logging.Abstractions;
using SdStudio.Storage.Models;
using SdStudio.Tests;

namespace SdStudio.Storage.Tests.Models;

public sealed class ModelWatcherTests
{
    private static readonly ModelWatchSettings s_quick = new(TimeSpan.FromMilliseconds(200))
    {
        Debounce = TimeSpan.FromMilliseconds(20),
        LongestDebounce = TimeSpan.FromMilliseconds(100),
        Rest = TimeSpan.FromMilliseconds(50),
    };

    [Theory]
    [InlineData(200)]
    [InlineData(3_600_000)]
    public async Task RunAsync_FileComesAndGoes_IsNoticedByTheSlowLookAndByTheSystem(int poll)
    {
        await using TemporaryLibrary library = await TemporaryLibrary.CreateAsync();
        await library.ScanAsync();
        using CancellationTokenSource stopping = new();
        Task running = Watcher(library, s_quick with { Poll = TimeSpan.FromMilliseconds(poll) }).RunAsync(stopping.Token);

        // Only the first change can come before the system watches: it is made again until it is seen.
        await Until.True(async () =>
        {
            library.AddLora("loras/style.safetensors");
            await Task.Delay(300);
            return library.Catalog.Models.Count == 1;
        }, "the new file is found");
        File.Delete(library.Below("loras/style.safetensors"));
        await Until.True(() => library.Catalog.Models.Count == 0, "the file is gone");

        await stopping.CancelAsync();
        await running;
    }

    [Fact]
    public async Task ScanRestedAsync_FileThatIsStillWritten_IsNotRead()
    {
        await using TemporaryLibrary library = await TemporaryLibrary.CreateAsync();
        string path = library.AddLora("loras/style.safetensors");

        Assert.False(await library.Catalog.ScanRestedAsync(TimeSpan.FromHours(1), default));
        Assert.Empty(library.Catalog.Models);

        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddHours(-2));
        Assert.True(await library.Catalog.ScanRestedAsync(TimeSpan.FromHours(1), default));
        ModelFile model = Assert.Single(library.Catalog.Models);

        // A known file that is written over is shown as it was until it rests.
        await File.WriteAllTextAsync(path, "half");
        Assert.False(await library.Catalog.ScanRestedAsync(TimeSpan.FromHours(1), default));
        Assert.Equal((model.Path, null), (Assert.Single(library.Catalog.Models).Path, library.Catalog.Models[0].Problem));
    }

    [Fact]
    public async Task RunAsync_RootAdded_IsScanned()
    {
        await using TemporaryLibrary library = await TemporaryLibrary.CreateAsync();
        string other = Path.Combine(library.Studio.Root, "other");
        Directory.CreateDirectory(other);
        File.Move(library.AddLora("loras/style.safetensors"), Path.Combine(other, "style.safetensors"));
        using CancellationTokenSource stopping = new();
        Task running = Watcher(library, s_quick).RunAsync(stopping.Token);

        await library.Roots.AddAsync(other);

        await Until.True(() => library.Catalog.Models.Count == 1, "the added folder is scanned");
        await stopping.CancelAsync();
        await running;
    }

    private static ModelWatcher Watcher(TemporaryLibrary library, ModelWatchSettings settings) => new(library.Catalog, library.Roots, settings, NullLogger<ModelWatcher>.Instance);
}
