using SdStudio.Diffusion;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Imaging;
using static SdStudio.Storage.Tests.TemporaryStudio;

namespace SdStudio.Storage.Tests.Gallery;

public sealed class GalleryStoreTests
{
    [Fact]
    public async Task AddAsync_NewPicture_CanBeFoundWithAllThatWasSaid()
    {
        using TemporaryStudio studio = await CreateAsync();
        ImageRecipe recipe = Recipe() with { NegativePrompt = "blurry", Loras = [new LoraSelection("stained-glass", 0.8f)] };

        GalleryImage added = await studio.AddAsync(7, recipe, parentId: 3, owner: "phone");

        GalleryImage found = Assert.IsType<GalleryImage>(await studio.Gallery.FindAsync(added.Id));
        Assert.Equal(added, found);
        Assert.Equal(recipe, found.Recipe);
        Assert.Equal((32, 24, "phone", 3L), (found.Width, found.Height, found.Owner, found.ParentId!.Value));
        Assert.Equal(TimeSpan.FromSeconds(1.5), found.Duration);
        Assert.Equal(studio.Time.GetUtcNow(), found.CreatedAt);
    }

    [Fact]
    public async Task AddAsync_NewPicture_WritesPngAndThumbnailsUnderReadableNames()
    {
        using TemporaryStudio studio = await CreateAsync();

        await studio.AddAsync(42, Recipe("../../etc/passwd\0 <script>"));

        Assert.Equal(
            [
                "pictures/2026/11/2026-11-23_16-40-12_000042.png",
                "thumbnails/2026/11/2026-11-23_16-40-12_000042-256.webp",
                "thumbnails/2026/11/2026-11-23_16-40-12_000042-512.webp",
            ],
            studio.AllFiles());
    }

    [Fact]
    public async Task AddAsync_SameJobTwice_AnswersWithTheFirstPicture()
    {
        using TemporaryStudio studio = await CreateAsync();

        GalleryImage first = await studio.AddAsync(1);
        studio.Time.Advance(TimeSpan.FromMinutes(1));
        GalleryImage second = await studio.AddAsync(1);

        Assert.Equal(first, second);
        Assert.Equal(1, await studio.Gallery.CountAsync(new GalleryQuery()));
        Assert.Single(studio.AllFiles(), file => file.EndsWith(".png", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AddAsync_SameJobManyTimesAtOnce_StoresOnePicture()
    {
        using TemporaryStudio studio = await CreateAsync();

        GalleryImage[] added = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => studio.AddAsync(1))));

        Assert.Single(added.Select(image => image.Id).Distinct());
        Assert.Equal(1, await studio.Gallery.CountAsync(new GalleryQuery()));
    }

    [Fact]
    public async Task AddAsync_OtherPictureOfTheSameNameOnDisk_KeepsBoth()
    {
        using TemporaryStudio studio = await CreateAsync();
        string taken = Path.Combine(studio.Pictures, "2026", "11", "2026-11-23_16-40-12_000001.png");
        Directory.CreateDirectory(Path.GetDirectoryName(taken)!);
        await File.WriteAllTextAsync(taken, "somebody else's");

        GalleryImage added = await studio.AddAsync(1);

        Assert.Equal("somebody else's", await File.ReadAllTextAsync(taken));
        Assert.EndsWith("2026-11-23_16-40-12_000001-2.png", await studio.Gallery.PictureFileAsync(added.Id), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddAsync_NewPicture_RaisesChangedOnce()
    {
        using TemporaryStudio studio = await CreateAsync();
        var changed = new List<long>();
        studio.Gallery.Changed += changed.Add;

        GalleryImage added = await studio.AddAsync(1);

        Assert.Equal([added.Id], changed);
    }

    [Fact]
    public async Task AddAsync_Film_IsOneStripOfAllFrames()
    {
        using TemporaryStudio studio = await CreateAsync();
        ReadOnlyMemory<byte>[] frames = [.. Enumerable.Range(0, 5).Select(i => (ReadOnlyMemory<byte>)PreviewEncoder.Encode(Pixels(32, 24, i)))];

        GalleryImage added = await studio.Gallery.AddAsync(studio.NewImage(1) with { Film = frames });

        Assert.True(added.HasFilm);
        Assert.Equal(5, added.FilmFrames);
        using var strip = NetVips.Image.NewFromFile((await studio.Gallery.FilmFileAsync(added.Id))!);
        Assert.Equal((5 * 256, 192), (strip.Width, strip.Height));
    }

    [Fact]
    public async Task AddAsync_DamagedFilm_KeepsThePicture()
    {
        using TemporaryStudio studio = await CreateAsync();

        GalleryImage added = await studio.Gallery.AddAsync(studio.NewImage(1) with { Film = ["no jpeg"u8.ToArray()] });

        Assert.False(added.HasFilm);
        Assert.Null(await studio.Gallery.FilmFileAsync(added.Id));
        Assert.NotNull(await studio.Gallery.PictureFileAsync(added.Id));
    }

    [Fact]
    public async Task AddAsync_ThumbnailFolderIsAFile_KeepsThePicture()
    {
        using TemporaryStudio studio = await CreateAsync();
        await File.WriteAllTextAsync(Path.Combine(studio.Root, "thumbnails"), "in the way");

        GalleryImage added = await studio.AddAsync(1);

        Assert.NotNull(await studio.Gallery.PictureFileAsync(added.Id));
    }

    [Fact]
    public async Task PageAsync_ManyPictures_GivesThemNewestFirstPageByPage()
    {
        using TemporaryStudio studio = await CreateAsync();
        for (int job = 1; job <= 5; job++)
        {
            await studio.AddAsync(job);
        }

        IReadOnlyList<GalleryImage> first = await studio.Gallery.PageAsync(new GalleryQuery(), null, 2);
        IReadOnlyList<GalleryImage> second = await studio.Gallery.PageAsync(new GalleryQuery(), first[^1].Id, 2);
        IReadOnlyList<GalleryImage> third = await studio.Gallery.PageAsync(new GalleryQuery(), second[^1].Id, 2);

        Assert.Equal([5, 4, 3, 2, 1], first.Concat(second).Concat(third).Select(image => image.Id));
    }

    public static TheoryData<string?, string?, string?, bool, string?, long[]> Queries => new()
    {
        { null, null, null, false, null, [4, 3, 2, 1] },
        { "beach", null, null, false, null, [2, 1] },
        { "SUNSET beach", null, null, false, null, [1] },
        { "cafe", null, null, false, null, [3] },
        { "bea", null, null, false, null, [2, 1] },
        { "ugly", null, null, false, null, [4] },
        { "\"", null, null, false, null, [] },
        { "beach OR harbour", null, null, false, null, [] },
        { "prompt:beach NEAR(", null, null, false, null, [] },
        { "*", null, null, false, null, [] },
        { "夜景", null, null, false, null, [4] },
        { null, "other", null, false, null, [2] },
        { null, null, "glass", false, null, [3, 1] },
        { "beach", null, "glass", false, null, [1] },
        { null, null, null, true, null, [3] },
        { "café", "postcard", "glass", true, "me", [3] },
        { null, null, null, false, "phone", [4] },
    };

    [Theory]
    [MemberData(nameof(Queries))]
    public async Task EveryWayOfAsking_Query_FindsTheSamePictures(string? words, string? checkpoint, string? lora, bool favourites, string? owner, long[] expected)
    {
        using TemporaryStudio studio = await CreateAsync();
        await studio.AddAsync(1, Recipe("a beach at sunset") with { Loras = [new LoraSelection("glass", 1)] });
        await studio.AddAsync(2, Recipe("a beach in the rain") with { Checkpoint = "other" });
        await studio.AddAsync(3, Recipe("a café on the harbour") with { Loras = [new LoraSelection("glass", 0.5f), new LoraSelection("glass", 0.2f)] });
        await studio.AddAsync(4, Recipe("猫、夜景") with { NegativePrompt = "ugly" }, owner: "phone");
        await studio.Gallery.SetFavouriteAsync(3, true);
        var query = new GalleryQuery(words, checkpoint, lora, favourites, Owner: owner);

        Assert.Equal(expected, (await studio.Gallery.PageAsync(query, null, 10)).Select(image => image.Id));
        Assert.Equal(expected, (await studio.Gallery.TilesAsync(query)).Select(tile => tile.Id));
        Assert.Equal(expected.Length, await studio.Gallery.CountAsync(query));
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(
                (i > 0 ? expected[i - 1] : null, i < expected.Length - 1 ? expected[i + 1] : (long?)null, i + 1, expected.Length),
                await studio.Gallery.NeighboursAsync(expected[i], query));
        }
    }

    [Fact]
    public async Task TilesAsync_Picture_CarriesItsShapeAndTime()
    {
        using TemporaryStudio studio = await CreateAsync();
        await studio.AddAsync(1);

        Assert.Equal([new GalleryTile(1, 32, 24, studio.Time.GetUtcNow())], await studio.Gallery.TilesAsync(new GalleryQuery()));
    }

    [Fact]
    public async Task FindAsync_SeveralIds_GivesThemInTheOrderAskedFor()
    {
        using TemporaryStudio studio = await CreateAsync();
        for (int job = 1; job <= 3; job++)
        {
            await studio.AddAsync(job);
        }

        Assert.Equal([3, 1], (await studio.Gallery.FindAsync([3L, 99, 1])).Select(image => image.Id));
        Assert.Null(await studio.Gallery.FindAsync(99));
    }

    [Fact]
    public async Task FamilyAsync_Remixes_TellsParentAndChildren()
    {
        using TemporaryStudio studio = await CreateAsync();
        await studio.AddAsync(1);
        await studio.AddAsync(2, parentId: 1);
        await studio.AddAsync(3, parentId: 2);
        await studio.AddAsync(4, parentId: 2);
        await studio.Gallery.TrashAsync([4]);

        (GalleryImage? parent, IReadOnlyList<GalleryImage> children) = await studio.Gallery.FamilyAsync(2);

        Assert.Equal(1, parent?.Id);
        Assert.Equal([3], children.Select(child => child.Id));
        Assert.Null((await studio.Gallery.FamilyAsync(1)).Parent);
    }

    [Fact]
    public async Task TrashAsync_MoreIdsThanSqliteTakesParameters_MovesThem()
    {
        using TemporaryStudio studio = await CreateAsync();
        await studio.AddAsync(1);
        long[] everything = [.. Enumerable.Range(1, 40_000).Select(id => (long)id)];

        Assert.Single(await studio.Gallery.FindAsync(everything));
        Assert.Equal(1, await studio.Gallery.TrashAsync(everything));
        Assert.Equal(1, await studio.Gallery.RestoreAsync(everything));
        await studio.Jobs.RemoveAsync(everything);
    }

    [Fact]
    public async Task TrashAsync_ThenRestore_BringsThePictureBack()
    {
        using TemporaryStudio studio = await CreateAsync();
        await studio.AddAsync(1);
        await studio.AddAsync(2);
        string[] files = studio.AllFiles();

        Assert.Equal(1, await studio.Gallery.TrashAsync([1]));
        Assert.Equal(0, await studio.Gallery.TrashAsync([1]));

        Assert.Equal([2], (await studio.Gallery.PageAsync(new GalleryQuery(), null, 10)).Select(image => image.Id));
        GalleryImage trashed = Assert.Single(await studio.Gallery.PageAsync(new GalleryQuery(Trash: true), null, 10));
        Assert.Equal(studio.Time.GetUtcNow(), trashed.TrashedAt);
        Assert.Equal(files, studio.AllFiles());

        Assert.Equal(1, await studio.Gallery.RestoreAsync([1]));
        Assert.Equal([2, 1], (await studio.Gallery.PageAsync(new GalleryQuery(), null, 10)).Select(image => image.Id));
        Assert.Equal(0, await studio.Gallery.CountAsync(new GalleryQuery(Trash: true)));
    }

    [Fact]
    public async Task PurgeAsync_OldTrash_DeletesRowFilesAndWords()
    {
        using TemporaryStudio studio = await CreateAsync();
        await studio.AddAsync(1);
        await studio.AddAsync(2);
        await studio.Gallery.TrashAsync([1]);
        studio.Time.Advance(TimeSpan.FromDays(1));
        await studio.Gallery.TrashAsync([2]);

        Assert.Equal(1, await studio.Gallery.PurgeAsync(studio.Time.GetUtcNow() - TimeSpan.FromHours(1)));

        Assert.Null(await studio.Gallery.FindAsync(1));
        Assert.Null(await studio.Gallery.PictureFileAsync(1));
        Assert.DoesNotContain(studio.AllFiles(), file => file.Contains("_000001", StringComparison.Ordinal));
        Assert.Equal([2], (await studio.Gallery.PageAsync(new GalleryQuery("beach", Trash: true), null, 10)).Select(image => image.Id));
    }

    [Fact]
    public async Task AddAsync_AfterPurgeOfTheNewest_NeverUsesItsIdAgain()
    {
        using TemporaryStudio studio = await CreateAsync();
        await studio.AddAsync(1);
        GalleryImage purged = await studio.AddAsync(2);
        await studio.Gallery.TrashAsync([purged.Id]);
        await studio.Gallery.PurgeAsync(DateTimeOffset.MaxValue);

        GalleryImage added = await studio.AddAsync(3);

        Assert.Equal(purged.Id + 1, added.Id);
    }

    [Fact]
    public async Task ThumbnailFileAsync_ThumbnailDeleted_IsMadeOnceForAllWhoAsk()
    {
        using TemporaryStudio studio = await CreateAsync();
        await studio.Gallery.AddAsync(studio.NewImage(1) with { Pixels = Pixels(600, 300) });
        Directory.Delete(Path.Combine(studio.Root, "thumbnails"), recursive: true);

        string?[] paths = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => studio.Gallery.ThumbnailFileAsync(1, ThumbnailSize.Large))));

        using var thumbnail = NetVips.Image.NewFromFile(Assert.Single(paths.Distinct())!);
        Assert.Equal((512, 256), (thumbnail.Width, thumbnail.Height));
    }

    [Fact]
    public async Task ThumbnailFileAsync_DamagedPicture_IsNull()
    {
        using TemporaryStudio studio = await CreateAsync();
        await studio.AddAsync(1);
        Directory.Delete(Path.Combine(studio.Root, "thumbnails"), recursive: true);
        string picture = (await studio.Gallery.PictureFileAsync(1))!;
        byte[] bytes = await File.ReadAllBytesAsync(picture);
        await File.WriteAllBytesAsync(picture, bytes[..(bytes.Length / 2)]);

        Assert.Null(await studio.Gallery.ThumbnailFileAsync(1, ThumbnailSize.Small));
    }

    [Fact]
    public async Task ThumbnailFileAsync_SizeThatIsNone_IsNull()
    {
        using TemporaryStudio studio = await CreateAsync();
        await studio.AddAsync(1);

        Assert.Null(await studio.Gallery.ThumbnailFileAsync(1, (ThumbnailSize)4096));
        Assert.Null(await studio.Gallery.ThumbnailFileAsync(2, ThumbnailSize.Small));
    }
}
