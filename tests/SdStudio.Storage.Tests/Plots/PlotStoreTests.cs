using SdStudio.Storage.Gallery;
using SdStudio.Storage.Jobs;
using SdStudio.Storage.Plots;

namespace SdStudio.Storage.Tests.Plots;

public sealed class PlotStoreTests
{
    private static readonly PlotDefinition s_six = new(
        TemporaryStudio.Recipe(), [new PlotAxis("steps", "1-3", ["1", "2", "3"]), new PlotAxis("guidance", "2, 5", ["2", "5"])]);

    [Fact]
    public async Task HandOut_AllCells_StoresAJobForEachOnceAndInOrder()
    {
        using TemporaryStudio studio = await TemporaryStudio.CreateAsync();
        Plot plot = await studio.Plots.AddAsync(s_six, "me");

        List<StoredJob> jobs = [];
        while (await studio.Plots.HandOutAsync(plot.Id) is { } job)
        {
            jobs.Add(job);
        }

        Assert.Equal(Enumerable.Range(0, 6).Select(cell => new PlotCell(plot.Id, cell)), jobs.Select(job => job.Plot));
        Assert.Equal(Enumerable.Range(0, 6).Select(s_six.RecipeOf), jobs.Select(job => job.Recipe));
        Assert.Equal(jobs.Select(job => job.Id), (await studio.Jobs.ListAsync()).Select(job => job.Id));
        Assert.Equal(jobs.Select(job => job.Plot), (await studio.Jobs.ListAsync()).Select(job => job.Plot));
    }

    /// <summary>Killed at any moment: a cell that was handed out is a stored job, and is not handed out again.</summary>
    [Fact]
    public async Task HandOut_AfterARestart_GoesOnBehindWhatIsInTheQueue()
    {
        using TemporaryStudio studio = await TemporaryStudio.CreateAsync();
        Plot plot = await studio.Plots.AddAsync(s_six, "me");
        await studio.Plots.HandOutAsync(plot.Id);
        await studio.Plots.HandOutAsync(plot.Id);

        await studio.RestartAsync();

        Assert.Equal([0, 1], (await studio.Jobs.ListAsync()).Select(job => job.Plot!.Index));
        Assert.Equal(2, (await studio.Plots.HandOutAsync(plot.Id))!.Plot!.Index);
        Assert.Equal([plot.Id], (await studio.Plots.UnfinishedAsync()).Select(unfinished => unfinished.Id));
    }

    [Fact]
    public async Task Pictures_OfACellsJob_FillIt()
    {
        using TemporaryStudio studio = await TemporaryStudio.CreateAsync();
        Plot plot = await studio.Plots.AddAsync(s_six, "me");

        GalleryImage image = await MakeAsync(studio, plot);

        Assert.Equal(new PlotCell(plot.Id, 0), (await studio.Gallery.FindAsync(image.Id))!.Plot);
        PlotPicture picture = Assert.Single(await studio.Plots.PicturesAsync(plot.Id)).Value;
        Assert.Equal((0, image.Id, 32, 24), (picture.Cell, picture.Id, picture.Width, picture.Height));
    }

    /// <summary>The file was written and the power went before its row was: the picture is adopted, into its cell.</summary>
    [Fact]
    public async Task Recovery_OfAPictureWithoutARow_PutsItIntoItsCell()
    {
        using TemporaryStudio studio = await TemporaryStudio.CreateAsync();
        Plot plot = await studio.Plots.AddAsync(s_six, "me");
        GalleryImage image = await MakeAsync(studio, plot);
        studio.Execute($"DELETE FROM Pictures WHERE Id = {image.Id}");

        Assert.Equal(1, (await studio.RestartAsync()).Adopted);

        Assert.Equal([0], (await studio.Plots.PicturesAsync(plot.Id)).Keys);
        Assert.Empty(await studio.Jobs.ListAsync());
        Assert.Equal(1, (await studio.Plots.HandOutAsync(plot.Id))!.Plot!.Index);
    }

    [Fact]
    public async Task Pictures_InTheTrash_LeaveAnEmptyCellUntilTheyComeBack()
    {
        using TemporaryStudio studio = await TemporaryStudio.CreateAsync();
        Plot plot = await studio.Plots.AddAsync(s_six, "me");
        GalleryImage image = await MakeAsync(studio, plot);

        await studio.Gallery.TrashAsync([image.Id]);
        Assert.Empty(await studio.Plots.PicturesAsync(plot.Id));
        await studio.Gallery.RestoreAsync([image.Id]);
        Assert.Single(await studio.Plots.PicturesAsync(plot.Id));
    }

    [Fact]
    public async Task Stop_TakesItsJobsOutOfTheQueueAndNoOthers()
    {
        using TemporaryStudio studio = await TemporaryStudio.CreateAsync();
        Plot plot = await studio.Plots.AddAsync(s_six, "me");
        await studio.Plots.HandOutAsync(plot.Id);
        StoredJob other = Assert.Single(await studio.Jobs.AddAsync([TemporaryStudio.Recipe()], "me", null));

        await studio.Plots.StopAsync(plot.Id);

        Assert.Equal([other.Id], (await studio.Jobs.ListAsync()).Select(job => job.Id));
        Assert.Null(await studio.Plots.HandOutAsync(plot.Id));
        Assert.Equal(PlotState.Stopped, (await studio.Plots.FindAsync(plot.Id))!.State);
    }

    [Fact]
    public async Task Continue_MakesWhatIsMissingInOrder()
    {
        using TemporaryStudio studio = await TemporaryStudio.CreateAsync();
        Plot plot = await studio.Plots.AddAsync(s_six, "me");
        await MakeAsync(studio, plot);
        GalleryImage second = await MakeAsync(studio, plot);
        await studio.Plots.FailAsync(new PlotCell(plot.Id, 3), "The model is gone.");
        await studio.Plots.StopAsync(plot.Id);
        await studio.Gallery.TrashAsync([second.Id]);
        Assert.Equal("The model is gone.", (await studio.Plots.FindAsync(plot.Id))!.Failures[3]);

        Assert.Equal(5, await studio.Plots.ContinueAsync(plot.Id));
        Assert.Equal(0, await studio.Plots.ContinueAsync(plot.Id));

        Assert.Equal(1, (await studio.Plots.HandOutAsync(plot.Id))!.Plot!.Index);
        Assert.Empty((await studio.Plots.FindAsync(plot.Id))!.Failures);
    }

    [Fact]
    public async Task Finish_WithCellsLeft_DoesNotEndIt()
    {
        using TemporaryStudio studio = await TemporaryStudio.CreateAsync();
        Plot plot = await studio.Plots.AddAsync(s_six, "me");

        await studio.Plots.FinishAsync(plot.Id);
        Assert.Equal(PlotState.Running, (await studio.Plots.FindAsync(plot.Id))!.State);
        while (await studio.Plots.HandOutAsync(plot.Id) is not null)
        {
        }

        await studio.Plots.FinishAsync(plot.Id);
        Assert.Equal(PlotState.Done, (await studio.Plots.FindAsync(plot.Id))!.State);
    }

    [Fact]
    public async Task Delete_KeepsThePictures()
    {
        using TemporaryStudio studio = await TemporaryStudio.CreateAsync();
        Plot plot = await studio.Plots.AddAsync(s_six, "me");
        GalleryImage image = await MakeAsync(studio, plot);

        await studio.Plots.DeleteAsync(plot.Id);

        Assert.Null(await studio.Plots.FindAsync(plot.Id));
        Assert.Null((await studio.Gallery.FindAsync(image.Id))!.Plot);
    }

    [Fact]
    public async Task Find_OfAPlotOfANewerVersion_IsNoneAndOthersAreThere()
    {
        using TemporaryStudio studio = await TemporaryStudio.CreateAsync();
        Plot plot = await studio.Plots.AddAsync(s_six, "me"), other = await studio.Plots.AddAsync(s_six, "me");
        studio.Execute($$"""UPDATE Plots SET Definition = '{"recipe":{"checkpoint":"a","width":8,"height":8,"seed":1},"axes":[{"field":"smell","text":"","values":["x"]}]}' WHERE Id = {{plot.Id}}""");

        Assert.Null(await studio.Plots.FindAsync(plot.Id));
        Assert.Equal([other.Id], (await studio.Plots.ListAsync(10)).Select(found => found.Id));
        Assert.Null(await studio.Plots.HandOutAsync(plot.Id));
    }

    private static async Task<GalleryImage> MakeAsync(TemporaryStudio studio, Plot plot)
    {
        StoredJob job = (await studio.Plots.HandOutAsync(plot.Id))!;
        return await studio.Gallery.AddAsync(studio.NewImage(job.Id, job.Recipe) with { Plot = job.Plot });
    }
}
