using NetVips;
using SdStudio.Storage.Jobs;
using SdStudio.Storage.Plots;

namespace SdStudio.Storage.Tests.Plots;

public sealed class PlotGridFilesTests
{
    private static readonly PlotDefinition s_plot = new(
        TemporaryStudio.Recipe(), [new PlotAxis("steps", "", ["1", "2", "3"]), new PlotAxis("guidance", "", ["2", "5"]), new PlotAxis("seed", "", ["1", "2"])]);

    [Fact]
    public async Task Find_AGridWithPictures_IsALabelledJpegOfItsSize()
    {
        using TemporaryStudio studio = await TemporaryStudio.CreateAsync();
        Plot plot = await FillAsync(studio, cells: 12);

        string path = (await FindAsync(studio, plot, 0))!;

        using Image grid = Image.NewFromFile(path);
        // Three columns of 32 pixels and two rows of 24, the words at their edges, and paper around all of it.
        Assert.InRange(grid.Width, (3 * 32) + 60, 400);
        Assert.InRange(grid.Height, (2 * 24) + 60, 260);
        Assert.Equal(path, await FindAsync(studio, plot, 0));
        Assert.NotEqual(path, await FindAsync(studio, plot, 1));
        Assert.Null(await FindAsync(studio, plot, 2));
        Assert.Null(await FindAsync(studio, plot, -1));
    }

    [Fact]
    public async Task Find_WithoutAPicture_IsNone()
    {
        using TemporaryStudio studio = await TemporaryStudio.CreateAsync();

        Assert.Null(await FindAsync(studio, await studio.Plots.AddAsync(s_plot, "me"), 0));
    }

    /// <summary>Nobody gets to see in the grid what was deleted.</summary>
    [Fact]
    public async Task Find_AfterAPictureWasDeleted_IsAnotherFileAndTheOldOneGoes()
    {
        using TemporaryStudio studio = await TemporaryStudio.CreateAsync();
        Plot plot = await FillAsync(studio, cells: 6);
        string before = (await FindAsync(studio, plot, 0))!;
        PlotPicture deleted = (await studio.Plots.PicturesAsync(plot.Id))[2];

        await studio.Gallery.TrashAsync([deleted.Id]);
        string after = (await FindAsync(studio, plot, 0))!;

        Assert.NotEqual(before, after);
        Assert.False(File.Exists(before));
        Assert.True(File.Exists(after));
    }

    [Theory]
    [InlineData(3, 2, 512, 512)]
    [InlineData(200, 5, 1024, 1024)]
    [InlineData(5, 200, 1024, 1536)]
    [InlineData(31, 32, 2048, 2048)]
    public void Scale_OfAnyGrid_KeepsItWithinBounds(int columns, int rows, int width, int height)
    {
        double scale = PlotGridPicture.Scale(columns, rows, width, height);

        Assert.InRange(scale, 0.001, 1);
        Assert.True(columns * (width * scale) <= 12_000 && rows * (height * scale) <= 12_000);
        Assert.True(columns * (width * scale) * rows * (height * scale) <= 32e6);
        Assert.True(columns > 3 || scale == 1);
    }

    private static Task<string?> FindAsync(TemporaryStudio studio, Plot plot, int z) => studio.Grids.FindAsync(plot, z, (_, name) => name);

    private static async Task<Plot> FillAsync(TemporaryStudio studio, int cells)
    {
        Plot plot = await studio.Plots.AddAsync(s_plot, "me");
        for (int i = 0; i < cells; i++)
        {
            StoredJob job = (await studio.Plots.HandOutAsync(plot.Id))!;
            await studio.Gallery.AddAsync(studio.NewImage(job.Id, job.Recipe) with { Plot = job.Plot });
        }

        return plot;
    }
}
