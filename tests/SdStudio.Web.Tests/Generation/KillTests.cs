using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using NetVips;
using SdStudio.Diffusion;
using SdStudio.Storage.Data;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Jobs;
using SdStudio.Tests;
using Xunit.Abstractions;

namespace SdStudio.Web.Tests.Generation;

/// <summary>
/// The real program with the real model, killed again and again at random moments: while it starts, makes, writes and records.
/// Every job is numbered by its seed, so that none can be lost or made twice unseen.
/// </summary>
[Trait("Category", "Kill")]
public sealed class KillTests : IAsyncLifetime
{
    private const int Kills = 50;

    private readonly ITestOutputHelper _output;
    private readonly string _folder = Directory.CreateTempSubdirectory("sdstudio-kill-").FullName;
    private readonly System.Random _random;
    private readonly HashSet<string> _decoded = [];
    private StudioDatabase _database = null!;
    private JobStore _jobs = null!;
    private GalleryStore _gallery = null!;
    private long _asked;
    private int _metWhileSaving;

    public KillTests(ITestOutputHelper output)
    {
        int seed = Environment.TickCount;
        (_output, _random) = (output, new System.Random(seed));
        output.WriteLine($"Random moments from seed {seed}.");
    }

    public async Task InitializeAsync()
    {
        GalleryPaths paths = new(_folder);
        _database = new StudioDatabase(paths);
        await _database.MigrateAsync();
        _jobs = new JobStore(_database, TimeProvider.System);
        _gallery = new GalleryStore(_database, paths, TimeProvider.System, NullLogger<GalleryStore>.Instance);
    }

    public Task DisposeAsync()
    {
        _gallery.Dispose();
        _database.Dispose();
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Kill_AtAnyMoment_LosesNoJobAndLeavesNoHalfPicture()
    {
        Stopwatch watch = Stopwatch.StartNew();
        int checkedStarts = 0;
        TimeSpan startTime = TimeSpan.FromSeconds(3);
        for (int kill = 0; kill < Kills; kill++)
        {
            await AskForMoreAsync();
            using ServerProcess server = ServerProcess.Start(_folder);
            if (kill % 5 == 4)
            {
                // While it starts: before, in and after what a start has to mend.
                await Task.Delay(_random.NextDouble() * startTime);
            }
            else
            {
                Stopwatch starting = Stopwatch.StartNew();
                Assert.True(await server.WhenReadyAsync(), server.Output);
                startTime = starting.Elapsed;
                AssertNothingTemporary(before: server.StartedAt);
                await AssertEverythingAccountedForAsync();
                checkedStarts++;
                await WaitForAMomentAsync(kill);
            }

            await server.KillAsync();
            await AssertEverythingAccountedForAsync();
        }

        using (ServerProcess last = ServerProcess.Start(_folder))
        {
            Assert.True(await last.WhenReadyAsync(), last.Output);
            await Until.True(async () => (await _jobs.ListAsync()).Count == 0, "all jobs are made");
            await last.StopAsync();
            Assert.True(last.ExitCode == 0 || OperatingSystem.IsWindows(), last.Output);
        }

        await AssertEverythingAccountedForAsync();
        AssertNothingTemporary(before: DateTime.MaxValue);
        Assert.Equal(_asked, (await SeedsInGalleryAsync()).Count);
        _output.WriteLine($"{Kills} kills, {checkedStarts} starts checked when ready, {_metWhileSaving} kills while a picture was saved, {_asked} pictures, {watch.Elapsed.TotalSeconds:0} s; the last start took {startTime.TotalSeconds:0.0} s.");
        Assert.True(_metWhileSaving >= Kills / 5, $"Only {_metWhileSaving} kills met a picture that was being saved.");
    }

    /// <summary>Any moment, but often one around a file that appears or a job that ends: those are the ones that matter.</summary>
    private Task WaitForAMomentAsync(int kill) => (kill % 5) switch
    {
        0 => Task.Delay(_random.Next(0, 2500)),
        1 => WaitForAFileAsync(_random.Next(0, 25)),
        2 => WaitForAFileAsync(_random.Next(0, 300)),
        _ => WaitForAJobToEndAsync(_random.Next(0, 100)),
    };

    private async Task WaitForAFileAsync(int milliseconds)
    {
        TaskCompletionSource appeared = new(TaskCreationOptions.RunContinuationsAsynchronously);
        string pictures = Directory.CreateDirectory(Path.Combine(_folder, "pictures")).FullName;
        using FileSystemWatcher watcher = new(pictures) { IncludeSubdirectories = true };
        watcher.Created += (_, created) =>
        {
            if (!Directory.Exists(created.FullPath))
            {
                appeared.TrySetResult();
            }
        };
        watcher.EnableRaisingEvents = true;
        if (await Task.WhenAny(appeared.Task, Task.Delay(TimeSpan.FromSeconds(30))) == appeared.Task)
        {
            _metWhileSaving++;
        }

        await Task.Delay(milliseconds);
    }

    private async Task WaitForAJobToEndAsync(int milliseconds)
    {
        int waiting = (await _jobs.ListAsync()).Count;
        await Until.True(async () => (await _jobs.ListAsync()).Count is int now && (now < waiting || now == 0), "a picture is made");
        await Task.Delay(milliseconds);
    }

    private async Task AskForMoreAsync()
    {
        int waiting = (await _jobs.ListAsync()).Count;
        if (waiting >= 4)
        {
            return;
        }

        ImageRecipe[] recipes = [.. Enumerable.Range(0, 6).Select(i => new ImageRecipe
        {
            Prompt = "a beach sunset with palm trees and waves crashing",
            Checkpoint = "postcard",
            Width = 64,
            Height = 64,
            Steps = 4,
            Seed = _asked + i,
        })];
        await _jobs.AddAsync(recipes, "me", null);
        _asked += recipes.Length;
    }

    /// <summary>Each job stands in the stored queue or in the gallery; each row in the gallery has a picture that decodes to its last pixel.</summary>
    private async Task AssertEverythingAccountedForAsync()
    {
        // The queue first: a job that is finished in between is then seen twice, never not at all.
        long[] waiting = [.. (await _jobs.ListAsync()).Select(job => job.Recipe.Seed)];
        List<long> made = await SeedsInGalleryAsync();

        Assert.Equal(waiting.Distinct(), waiting);
        Assert.Equal(made.Distinct(), made);
        Assert.Empty(Enumerable.Range(0, (int)_asked).Select(seed => (long)seed).Except(waiting).Except(made));
    }

    private async Task<List<long>> SeedsInGalleryAsync()
    {
        List<long> seeds = [];
        long? before = null;
        while (await _gallery.PageAsync(new GalleryQuery(), before, 60) is { Count: > 0 } page)
        {
            foreach (GalleryImage image in page)
            {
                AssertDecodes(await _gallery.PictureFileAsync(image.Id), image);
                seeds.Add(image.Recipe.Seed);
                before = image.Id;
            }
        }

        return seeds;
    }

    private void AssertDecodes(string? file, GalleryImage image)
    {
        Assert.True(file is not null, $"Picture {image.Id} has no file.");
        if (!_decoded.Add($"{file} {File.GetLastWriteTimeUtc(file).Ticks}"))
        {
            return;
        }

        using Image pixels = Image.NewFromFile(file, access: Enums.Access.Sequential, failOn: Enums.FailOn.Error);
        Assert.Equal((image.Width, image.Height), (pixels.Width, pixels.Height));
        pixels.Avg();
    }

    private void AssertNothingTemporary(DateTime before)
    {
        string[] left = [.. Directory.EnumerateFiles(_folder, "*.tmp", SearchOption.AllDirectories).Where(file => File.GetLastWriteTimeUtc(file) < before)];
        Assert.Empty(left);
    }
}
