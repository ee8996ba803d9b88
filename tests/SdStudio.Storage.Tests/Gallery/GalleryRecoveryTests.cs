using SdStudio.Diffusion;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Imaging;
using SdStudio.Storage.Jobs;
using static SdStudio.Storage.Tests.TemporaryStudio;

namespace SdStudio.Storage.Tests.Gallery;

/// <summary>Every place where the power may go: what was finished stays, what was not leaves no trace.</summary>
public sealed class GalleryRecoveryTests
{
    [Fact]
    public async Task RecoverAsync_NothingHappened_ChangesNothing()
    {
        using TemporaryStudio studio = await CreateAsync();
        GalleryImage added = await studio.AddAsync(1);
        string[] files = studio.AllFiles();

        Assert.Equal(new RecoveryReport(0, 0, 0, 0), await studio.RestartAsync());

        Assert.Equal(added, await studio.Gallery.FindAsync(added.Id));
        Assert.Equal(files, studio.AllFiles());
    }

    [Fact]
    public async Task RecoverAsync_KilledWhileWritingThePng_DeletesTheHalfAndKeepsTheJob()
    {
        using TemporaryStudio studio = await CreateAsync();
        StoredJob job = Assert.Single(await studio.Jobs.AddAsync([Recipe()], "me", null));
        await studio.AddAsync(job.Id);
        string png = await LoseRowAsync(studio, job);
        byte[] bytes = await File.ReadAllBytesAsync(png);
        File.Delete(png);
        await File.WriteAllBytesAsync(png + ".tmp", bytes[..^5]);

        Assert.Equal(new RecoveryReport(0, 0, 1, 0), await studio.RestartAsync());

        Assert.DoesNotContain(studio.AllFiles(), file => file.StartsWith("pictures/", StringComparison.Ordinal));
        Assert.Equal([job.Id], (await studio.Jobs.ListAsync()).Select(waiting => waiting.Id));
    }

    [Fact]
    public async Task RecoverAsync_KilledBetweenFlushAndMove_FinishesThePicture()
    {
        using TemporaryStudio studio = await CreateAsync();
        StoredJob job = Assert.Single(await studio.Jobs.AddAsync([Recipe()], "me", null));
        await studio.AddAsync(job.Id);
        string png = await LoseRowAsync(studio, job);
        File.Move(png, png + ".tmp");

        Assert.Equal(new RecoveryReport(1, 0, 0, 0), await studio.RestartAsync());

        Assert.True(File.Exists(png));
        Assert.Empty(await studio.Jobs.ListAsync());
    }

    [Fact]
    public async Task RecoverAsync_KilledBetweenMoveAndRow_WritesTheRowFromThePngAndDoesNotRunTheJobAgain()
    {
        using TemporaryStudio studio = await CreateAsync();
        ImageRecipe recipe = Recipe("猫, \"café\"\n<lora:x:1>") with { NegativePrompt = "Steps: 1, a: b, c: d", Loras = [new LoraSelection("glass", -0.3f)], ClipSkip = 2 };
        StoredJob job = Assert.Single(await studio.Jobs.AddAsync([recipe], "phone", 5));
        ReadOnlyMemory<byte>[] film = [PreviewEncoder.Encode(Pixels(4, 3)), PreviewEncoder.Encode(Pixels(4, 3, 2))];
        GalleryImage added = await studio.Gallery.AddAsync(studio.NewImage(job.Id, recipe, 5, "phone") with { Film = film });
        await LoseRowAsync(studio, job);

        Assert.Equal(new RecoveryReport(1, 0, 0, 0), await studio.RestartAsync());

        GalleryImage recovered = Assert.Single(await studio.Gallery.PageAsync(new GalleryQuery(), null, 10));
        Assert.Equal(added with { Id = recovered.Id }, recovered);
        Assert.Empty(await studio.Jobs.ListAsync());
        Assert.Equal(recovered.Id, (await studio.AddAsync(job.Id)).Id);
        Assert.Equal([recovered.Id], (await studio.Gallery.PageAsync(new GalleryQuery("cafe", Lora: "glass"), null, 10)).Select(image => image.Id));
    }

    [Fact]
    public async Task RecoverAsync_SeveralRowsLost_AdoptsThemInOrderOfCreation()
    {
        using TemporaryStudio studio = await CreateAsync();
        foreach (int job in (int[])[12, 3, 7])
        {
            studio.Time.Advance(TimeSpan.FromSeconds(1));
            await studio.AddAsync(job, Recipe(seed: job));
        }

        studio.Execute("DELETE FROM Pictures");
        await studio.RestartAsync();

        Assert.Equal([7, 3, 12], (await studio.Gallery.PageAsync(new GalleryQuery(), null, 10)).Select(image => image.Recipe.Seed));
    }

    [Fact]
    public async Task RecoverAsync_KilledBetweenRowAndThumbnail_ThumbnailIsMadeOnDemand()
    {
        using TemporaryStudio studio = await CreateAsync();
        GalleryImage added = await studio.AddAsync(1);
        string thumbnail = (await studio.Gallery.ThumbnailFileAsync(added.Id, ThumbnailSize.Small))!;
        File.Move(thumbnail, thumbnail + ".tmp");

        Assert.Equal(new RecoveryReport(0, 0, 1, 0), await studio.RestartAsync());

        Assert.Equal(thumbnail, await studio.Gallery.ThumbnailFileAsync(added.Id, ThumbnailSize.Small));
        Assert.True(File.Exists(thumbnail));
    }

    [Fact]
    public async Task RecoverAsync_KilledBetweenSavingAndForgettingTheJob_ForgetsIt()
    {
        using TemporaryStudio studio = await CreateAsync();
        StoredJob job = Assert.Single(await studio.Jobs.AddAsync([Recipe()], "me", null));
        await studio.AddAsync(job.Id);

        Assert.Empty(await studio.Jobs.ListAsync());
        await studio.RestartAsync();

        Assert.Empty(await studio.Jobs.ListAsync());
        Assert.Equal(1, await studio.Gallery.CountAsync(new GalleryQuery()));
    }

    [Fact]
    public async Task RecoverAsync_FileGone_HidesThePictureUntilItIsBack()
    {
        using TemporaryStudio studio = await CreateAsync();
        GalleryImage added = await studio.AddAsync(1);
        await studio.AddAsync(2);
        string png = (await studio.Gallery.PictureFileAsync(added.Id))!;
        string elsewhere = Path.Combine(studio.Root, "elsewhere.png");
        File.Move(png, elsewhere);
        Assert.Null(await studio.Gallery.PictureFileAsync(added.Id));

        Assert.Equal(new RecoveryReport(0, 1, 0, 0), await studio.RestartAsync());
        Assert.Equal([2], (await studio.Gallery.TilesAsync(new GalleryQuery())).Select(tile => tile.Id));
        Assert.Null(await studio.Gallery.FindAsync(added.Id));

        File.Move(elsewhere, png);
        Assert.Equal(new RecoveryReport(0, 0, 0, 0), await studio.RestartAsync());
        Assert.Equal(added, await studio.Gallery.FindAsync(added.Id));
    }

    [Fact]
    public async Task RecoverAsync_KilledBetweenPurgedRowAndFile_DoesNotBringThePictureBack()
    {
        using TemporaryStudio studio = await CreateAsync();
        await studio.AddAsync(1);
        string png = (await studio.Gallery.PictureFileAsync(1))!;
        byte[] bytes = await File.ReadAllBytesAsync(png);
        await studio.Gallery.TrashAsync([1]);
        await studio.Gallery.PurgeAsync(DateTimeOffset.MaxValue);
        await File.WriteAllBytesAsync(png, bytes);
        studio.Execute("INSERT INTO LeftoverFiles (File) VALUES ('2026/11/2026-11-23_16-40-12_000001.png')");

        Assert.Equal(new RecoveryReport(0, 0, 0, 0), await studio.RestartAsync());

        Assert.False(File.Exists(png));
        Assert.Equal(0, await studio.Gallery.CountAsync(new GalleryQuery()));
    }

    [Fact]
    public async Task RecoverAsync_PicturesFolderUnreachable_LosesNothing()
    {
        using TemporaryStudio studio = await CreateAsync();
        await studio.AddAsync(1);
        Directory.Move(studio.Pictures, studio.Pictures + "-unplugged");

        Assert.Equal(1, (await studio.RestartAsync()).Missing);
        Directory.Move(studio.Pictures + "-unplugged", studio.Pictures);
        await studio.RestartAsync();

        Assert.Equal(1, await studio.Gallery.CountAsync(new GalleryQuery()));
    }

    [Fact]
    public async Task RecoverAsync_DatabaseLost_RebuildsTheGalleryAndNewJobsAreNotTakenForOldOnes()
    {
        using TemporaryStudio studio = await CreateAsync();
        await studio.AddAsync(1, Recipe("first"));
        await studio.AddAsync(2, Recipe("second"));
        studio.Database.Dispose();
        foreach (string file in Directory.EnumerateFiles(studio.Root, "studio.db*"))
        {
            File.Delete(file);
        }

        Assert.Equal(2, (await studio.RestartAsync()).Adopted);
        StoredJob job = Assert.Single(await studio.Jobs.AddAsync([Recipe("third")], "me", null));
        await studio.AddAsync(job.Id, Recipe("third"));

        Assert.Equal(["third", "second", "first"], (await studio.Gallery.PageAsync(new GalleryQuery(), null, 10)).Select(image => image.Recipe.Prompt));
    }

    [Fact]
    public async Task RecoverAsync_DatabaseFromAnOldCopy_NumbersJobsBehindTheirPictures()
    {
        using TemporaryStudio studio = await CreateAsync();
        await studio.AddAsync(9);
        studio.Execute("DELETE FROM Pictures");

        await studio.RestartAsync();

        Assert.Equal(10, Assert.Single(await studio.Jobs.AddAsync([Recipe()], "me", null)).Id);
    }

    [Fact]
    public async Task RecoverAsync_ForeignAndCopiedFiles_LeavesThemAlone()
    {
        using TemporaryStudio studio = await CreateAsync();
        await studio.AddAsync(1);
        string png = (await studio.Gallery.PictureFileAsync(1))!;
        string folder = Path.GetDirectoryName(png)!;
        File.Copy(png, Path.Combine(folder, "copy of it.png"));
        await File.WriteAllBytesAsync(Path.Combine(folder, "holiday.png"), PngFile.Encode(Pixels(), new KeyValuePair<string, string>("sdstudio", "{\"schema\":1}")));
        await File.WriteAllTextAsync(Path.Combine(folder, "empty.png"), "");
        await File.WriteAllTextAsync(Path.Combine(folder, "notes.tmp"), "mine");
        string[] files = studio.AllFiles();

        Assert.Equal(new RecoveryReport(0, 0, 0, 0), await studio.RestartAsync());

        Assert.Equal(files, studio.AllFiles());
        Assert.Equal(1, await studio.Gallery.CountAsync(new GalleryQuery()));
    }

    [Fact]
    public async Task RecoverAsync_OldTrash_IsPurgedAfterThirtyDays()
    {
        using TemporaryStudio studio = await CreateAsync();
        await studio.AddAsync(1);
        await studio.Gallery.TrashAsync([1]);

        studio.Time.Advance(TimeSpan.FromDays(29));
        Assert.Equal(0, (await studio.RestartAsync()).Purged);
        studio.Time.Advance(TimeSpan.FromDays(2));
        Assert.Equal(1, (await studio.RestartAsync()).Purged);
        Assert.Empty(studio.AllFiles());
    }

    [Fact]
    public async Task AddAsync_RowFailedTheFirstTime_UsesThePngThatIsThere()
    {
        using TemporaryStudio studio = await CreateAsync();
        await studio.AddAsync(1);
        studio.Execute("DELETE FROM Pictures");

        await studio.AddAsync(1);

        Assert.Single(studio.AllFiles(), file => file.EndsWith(".png", StringComparison.Ordinal));
        Assert.Equal(1, await studio.Gallery.CountAsync(new GalleryQuery()));
    }

    /// <summary>Takes the row back, as if the program had been killed before it was written, and the job is still queued.</summary>
    private static async Task<string> LoseRowAsync(TemporaryStudio studio, StoredJob job)
    {
        string png = (await studio.Gallery.PictureFileAsync(1))!;
        studio.Execute($"DELETE FROM Pictures WHERE JobId = {job.Id}");
        Assert.Equal([job.Id], (await studio.Jobs.ListAsync()).Select(waiting => waiting.Id));
        return png;
    }
}
