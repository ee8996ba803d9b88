using SdStudio.Storage.Gallery;
using SdStudio.Storage.Imaging;
using SdStudio.Storage.Import;

namespace SdStudio.Storage.Tests.Import;

public sealed class FolderImporterTests : IAsyncLifetime
{
    private readonly string _outputs = Directory.CreateTempSubdirectory("outputs-").FullName;
    private TemporaryStudio _studio = null!;

    public async Task InitializeAsync() => _studio = await TemporaryStudio.CreateAsync();

    public Task DisposeAsync()
    {
        _studio.Dispose();
        Directory.Delete(_outputs, recursive: true);
        return Task.CompletedTask;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_FolderOfOutputs_BringsEveryContentOnce(bool copies)
    {
        Write("txt2img/2024-01-01/a.png", seed: 1, day: 1);
        Write("txt2img/2024-01-02/b.jpg", seed: 2, day: 2);
        Write("img2img/c.webp", seed: 3, day: 3);
        Write("img2img/d.avif", seed: 4, day: 4);
        File.Copy(Write("again/e.png", seed: 5, day: 5), Path.Combine(_outputs, "again", "e copy.png"));
        await File.WriteAllTextAsync(Path.Combine(_outputs, "broken.png"), "no picture");
        await File.WriteAllTextAsync(Path.Combine(_outputs, "notes.txt"), "no picture");

        FolderImport import = await RunAsync(copies);

        Assert.Equal((ImportState.Done, 7, 7, 5, 1, 1), (import.State, import.Total, import.Seen, import.Added, import.Known, import.Unreadable));
        IReadOnlyList<GalleryImage> images = await _studio.Gallery.PageAsync(new GalleryQuery(), null, 10);
        Assert.Equal([5, 4, 3, 2, 1], images.Select(image => (int)image.Recipe.Seed));
        Assert.Equal([ImageFormat.Png, ImageFormat.Avif, ImageFormat.WebP, ImageFormat.Jpeg, ImageFormat.Png], images.Select(image => image.Format));
        Assert.All(images, image => Assert.Equal(("AUTOMATIC1111", !copies, "somebodys-model"), (image.Program, image.IsElsewhere, image.Recipe.Checkpoint)));
        Assert.Equal(new DateTimeOffset(2024, 1, 5, 0, 0, 0, TimeSpan.Zero), images[0].CreatedAt);
        Assert.Equal(copies ? 5 : 0, Directory.Exists(_studio.Pictures) ? Directory.GetFiles(_studio.Pictures, "*", SearchOption.AllDirectories).Length : 0);
        foreach (GalleryImage image in images)
        {
            Assert.NotNull(await _studio.Gallery.ThumbnailFileAsync(image.Id, ThumbnailSize.Small));
        }
    }

    [Fact]
    public async Task Run_OldPictures_StandBelowThoseMadeHereInTheOrderOfTheirTime()
    {
        await _studio.AddAsync(1, TemporaryStudio.Recipe("made here"));
        Write("b.png", seed: 2, day: 20, prompt: "late fox");
        await RunAsync(copies: true);
        Write("a.png", seed: 1, day: 10, prompt: "early fox");
        Write("c.png", seed: 3, day: 20, prompt: "late fox too");
        await RunAsync(copies: true);

        IReadOnlyList<GalleryImage> images = await _studio.Gallery.PageAsync(new GalleryQuery(), null, 10);
        Assert.Equal(["made here", "late fox too", "late fox", "early fox"], images.Select(image => image.Recipe.Prompt));
        Assert.Equal(["late fox too", "late fox", "early fox"], (await _studio.Gallery.PageAsync(new GalleryQuery("fox"), null, 10)).Select(image => image.Recipe.Prompt));
        Assert.Equal(["early fox"], (await _studio.Gallery.PageAsync(new GalleryQuery("fox"), images[2].Id, 10)).Select(image => image.Recipe.Prompt));
        Assert.Equal(4, (await _studio.Gallery.TilesAsync(new GalleryQuery())).Count);
        (long? newer, long? older, int place, int count) = await _studio.Gallery.NeighboursAsync(images[1].Id, new GalleryQuery());
        Assert.Equal((images[0].Id, images[2].Id, 2, 4), (newer, older, place, count));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_KilledBetweenParts_GoesOnWithoutLosingOrDoublingAny(bool copies)
    {
        for (int i = 0; i < 150; i++)
        {
            Write($"{i:000}.png", seed: i, day: 1 + (i / 60));
        }

        (FolderImport? import, _) = await NewStore().AddAsync(_outputs, copies, "me");
        using var kill = new CancellationTokenSource();
        int looked = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => NewImporter().RunAsync(import!, breathe: _ =>
        {
            if (++looked == 100)
            {
                kill.Cancel();
            }

            return ValueTask.CompletedTask;
        }, cancellationToken: kill.Token));

        await _studio.RestartAsync();
        FolderImport left = (await NewStore().NextAsync())!;
        Assert.Equal((ImportState.Open, 64, 64), (left.State, left.Seen, left.Added));
        int lookedAgain = 0;
        FolderImport done = await NewImporter().RunAsync(left, breathe: _ =>
        {
            lookedAgain++;
            return ValueTask.CompletedTask;
        });

        Assert.Equal(86, lookedAgain);
        Assert.Equal((ImportState.Done, 150, 150, 0), (done.State, done.Seen, done.Added, done.Known));
        IReadOnlyList<GalleryImage> images = await _studio.Gallery.PageAsync(new GalleryQuery(), null, 200);
        Assert.Equal(150, images.Select(image => image.Recipe.Seed).Distinct().Count());
        Assert.Null(await NewStore().NextAsync());
    }

    [Fact]
    public async Task Run_KilledAfterACopyAndBeforeItsRow_MakesNoSecondPicture()
    {
        Write("a.png", seed: 1, day: 1);
        await RunAsync(copies: true);
        _studio.Execute("DELETE FROM Pictures; UPDATE Imports SET State = 0, Cursor = NULL, Seen = 0, Added = 0");

        RecoveryReport recovery = await _studio.RestartAsync();
        Assert.Equal(0, recovery.Adopted);
        await NewImporter().RunAsync((await NewStore().NextAsync())!);

        Assert.Equal(1, await _studio.Gallery.CountAsync(new GalleryQuery()));
        Assert.Single(Directory.GetFiles(_studio.Pictures, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task PictureElsewhere_ThatIsGoneOrReplaced_IsMissedAndNotServed()
    {
        string path = Write("a.png", seed: 1, day: 1);
        await RunAsync(copies: false);
        GalleryImage image = Assert.Single(await _studio.Gallery.PageAsync(new GalleryQuery(), null, 10));
        Assert.Equal(path, await _studio.Gallery.PictureFileAsync(image.Id));
        Assert.NotNull(await _studio.Gallery.ThumbnailFileAsync(image.Id, ThumbnailSize.Large));

        await File.WriteAllTextAsync(path, "a secret");
        Assert.Null(await _studio.Gallery.PictureFileAsync(image.Id));
        File.Delete(path);
        Assert.Null(await _studio.Gallery.PictureFileAsync(image.Id));
        await _studio.RestartAsync();

        Assert.NotNull(await _studio.Gallery.FindAsync(image.Id));
        Assert.NotNull(await _studio.Gallery.ThumbnailFileAsync(image.Id, ThumbnailSize.Large));
    }

    [Fact]
    public async Task Purge_PictureElsewhere_LeavesItsFileAlone()
    {
        string path = Write("a.png", seed: 1, day: 1);
        await RunAsync(copies: false);
        GalleryImage image = Assert.Single(await _studio.Gallery.PageAsync(new GalleryQuery(), null, 10));
        await _studio.Gallery.ThumbnailFileAsync(image.Id, ThumbnailSize.Large);
        await _studio.Gallery.TrashAsync([image.Id]);

        Assert.Equal(1, await _studio.Gallery.PurgeAsync(_studio.Time.GetUtcNow().AddDays(1)));

        Assert.True(File.Exists(path));
        Assert.DoesNotContain(_studio.AllFiles(), file => file.StartsWith("thumbnails/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_PicturesOfThisStudio_AreKnownByTheirJobs()
    {
        GalleryImage made = await _studio.AddAsync(7);
        File.Copy((await _studio.Gallery.PictureFileAsync(made.Id))!, Path.Combine(_outputs, "mine.png"));

        FolderImport import = await RunAsync(copies: true);

        Assert.Equal((0, 1), (import.Added, import.Known));
    }

    [Fact]
    public async Task Run_TextBesideAPictureThatSaysNothing_IsItsRecipe()
    {
        await File.WriteAllBytesAsync(Path.Combine(_outputs, "a.png"), PngFile.Encode(TemporaryStudio.Pixels()));
        await File.WriteAllTextAsync(Path.Combine(_outputs, "a.txt"), "a fox\nSteps: 9, Sampler: Euler, Seed: 4, Size: 32x24");
        await File.WriteAllBytesAsync(Path.Combine(_outputs, "b.png"), PngFile.Encode(TemporaryStudio.Pixels(seed: 9)));

        await RunAsync(copies: true);

        IReadOnlyList<GalleryImage> images = await _studio.Gallery.PageAsync(new GalleryQuery(), null, 10);
        Assert.Equal([("", false), ("a fox", true)], images.Select(image => (image.Recipe.Prompt, image.HasRecipe)).Order());
    }

    [Fact]
    public async Task Add_FoldersThatCannotBe_SaysWhy()
    {
        ImportStore store = NewStore();

        Assert.Equal("Name a folder.", (await store.AddAsync("  ", true, "me")).Problem);
        Assert.StartsWith("Write the whole path", (await store.AddAsync("outputs", true, "me")).Problem, StringComparison.Ordinal);
        Assert.StartsWith("There is no such folder", (await store.AddAsync(Path.Combine(_outputs, "none"), true, "me")).Problem, StringComparison.Ordinal);
        Assert.StartsWith("This folder holds the studio's own", (await store.AddAsync(_studio.Root, true, "me")).Problem, StringComparison.Ordinal);
        Assert.StartsWith("This is a whole drive", (await store.AddAsync(Path.GetPathRoot(_outputs)!, true, "me")).Problem, StringComparison.Ordinal);
        Assert.Null((await store.AddAsync(_outputs, true, "me")).Problem);
        Assert.Equal("This folder is being imported already.", (await store.AddAsync(_outputs + Path.DirectorySeparatorChar, true, "me")).Problem);
    }

    [Fact]
    public async Task Keep_BroughtPicture_IsOnTopAndOnlyOnce()
    {
        string path = Write("a.webp", seed: 3, day: 1);
        await _studio.AddAsync(1);
        using var intake = new PictureIntake(_studio.Database, new GalleryPaths(_studio.Root), _studio.Gallery, _studio.Time);

        (GalleryImage first, bool isNew) = (await intake.KeepAsync(path, recipe: null, "me"))!.Value;
        await _studio.Gallery.TrashAsync([first.Id]);
        (GalleryImage second, bool isNewAgain) = (await intake.KeepAsync(path, recipe: null, "me"))!.Value;

        Assert.Equal((true, false, first.Id), (isNew, isNewAgain, second.Id));
        Assert.Equal(first.Id, (await _studio.Gallery.PageAsync(new GalleryQuery(), null, 1))[0].Id);
        Assert.Equal((ImageFormat.WebP, _studio.Time.GetUtcNow()), (first.Format, first.CreatedAt));
        Assert.Null(await intake.KeepAsync(Path.Combine(_outputs, "none"), recipe: null, "me"));
    }

    private ImportStore NewStore() => new(_studio.Database, new GalleryPaths(_studio.Root), _studio.Time);

    private FolderImporter NewImporter() => new(NewStore(), new PictureIntake(_studio.Database, new GalleryPaths(_studio.Root), _studio.Gallery, _studio.Time));

    private async Task<FolderImport> RunAsync(bool copies)
    {
        (FolderImport? import, string? problem) = await NewStore().AddAsync(_outputs, copies, "me");
        Assert.Null(problem);
        return await NewImporter().RunAsync(import!);
    }

    private string Write(string name, int seed, int day, string prompt = "a fox")
    {
        string path = Path.Combine(_outputs, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        ImageFormat format = ImageFormats.OfOwnName(path);
        string text = $"{prompt}\nNegative prompt: low\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: {seed}, Size: 32x24, Model hash: 0123456789, Model: somebodys-model, Version: v1.10.1";
        File.WriteAllBytes(path, PictureExport.Insert(PictureEncoder.Encode(TemporaryStudio.Pixels(seed: seed), format), format, text, record: null));
        File.SetLastWriteTimeUtc(path, new DateTime(2024, 1, day, 0, 0, 0, DateTimeKind.Utc));
        return path;
    }
}
