using Microsoft.Extensions.Logging.Abstractions;
using SdStudio.Diffusion;
using SdStudio.Storage.Data;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Plots;
using SdStudio.Tests;

namespace SdStudio.Web.Tests.Plots;

/// <summary>The real program with the real model, killed while it makes a plot.</summary>
[Trait("Category", "Kill")]
public sealed class PlotKillTests : IDisposable
{
    private const int Kills = 4, Cells = 15;

    private readonly string _folder = Directory.CreateTempSubdirectory("sdstudio-plot-kill-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Kill_WhileAPlotIsMade_GoesOnAndMakesEveryCellOnce()
    {
        GalleryPaths paths = new(_folder);
        using StudioDatabase database = new(paths);
        await database.MigrateAsync();
        PlotStore plots = new(database, TimeProvider.System);
        using GalleryStore gallery = new(database, paths, TimeProvider.System, NullLogger<GalleryStore>.Instance);
        ImageRecipe recipe = new() { Prompt = "a beach sunset with palm trees", Checkpoint = "postcard", Width = 64, Height = 64, Steps = 4, Seed = 1 };
        string[] seeds = [.. Enumerable.Range(1, Cells).Select(seed => $"{seed}")];
        Plot plot = await plots.AddAsync(new PlotDefinition(recipe, [new PlotAxis("seed", "", [.. seeds])]), "me");

        for (int kill = 0; kill < Kills; kill++)
        {
            int before = (await plots.PicturesAsync(plot.Id)).Count;
            using ServerProcess server = ServerProcess.Start(_folder);
            Assert.True(await server.WhenReadyAsync(), server.Output);
            await Until.True(async () => (await plots.PicturesAsync(plot.Id)).Count > before, "a cell is made");
            await server.KillAsync();
        }

        using ServerProcess last = ServerProcess.Start(_folder);
        Assert.True(await last.WhenReadyAsync(), last.Output);
        await Until.True(async () => (await plots.FindAsync(plot.Id))!.State == PlotState.Done, "the plot is done");
        await last.StopAsync();

        IReadOnlyList<GalleryImage> pictures = await gallery.PageAsync(new GalleryQuery(), null, 100);
        Assert.Equal(Enumerable.Range(1, Cells).Select(seed => (long)seed), pictures.Select(picture => picture.Recipe.Seed).Order());
        Assert.Equal(Enumerable.Range(0, Cells), (await plots.PicturesAsync(plot.Id)).Keys.Order());
        Assert.Empty((await plots.FindAsync(plot.Id))!.Failures);
        Assert.All(pictures, picture => Assert.Equal(4, picture.Trace!.Latents.Length));
        Assert.Single(Directory.EnumerateFiles(Path.Combine(_folder, "plots"), "grid-0-*.jpg", SearchOption.AllDirectories));
    }
}
