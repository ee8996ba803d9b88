using System.Collections.Concurrent;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Plots;
using SdStudio.Tests;
using SdStudio.Web.Generation;
using SdStudio.Web.Tests.Generation;

namespace SdStudio.Web.Tests.Plots;

public sealed class PlotRunnerTests
{
    [Fact]
    public async Task Plot_Started_MakesEveryCellWithItsRecipeAndAGridPicture()
    {
        await using Workshop workshop = await Workshop.OpenAsync();

        Plot plot = await StartAsync(workshop, Definition(("steps", ["2", "3"]), ("seed", ["7", "8", "9"])));
        await UntilAsync(workshop, plot, PlotState.Done);

        IReadOnlyDictionary<int, PlotPicture> cells = await workshop.Plots.PicturesAsync(plot.Id);
        Assert.Equal(Enumerable.Range(0, 6), cells.Keys.Order());
        foreach ((int cell, PlotPicture picture) in cells)
        {
            GalleryImage image = (await workshop.Gallery.FindAsync(picture.Id))!;
            Assert.Equal((plot.Definition.RecipeOf(cell), "me", new PlotCell(plot.Id, cell)), (image.Recipe, image.Owner, image.Plot));
        }

        Assert.True(File.Exists(await workshop.Grids.FindAsync(plot, 0, (_, name) => name)));
        Assert.DoesNotContain(workshop.PlotRunner.Unfinished, progress => progress.IsActive && progress.Tried < 6);
    }

    [Fact]
    public async Task Plot_BeingMade_IsOneEntryWithAFewJobsAndOthersGoInBetween()
    {
        using StepGate gate = new();
        await using Workshop workshop = await Workshop.OpenAsync(gate.Pipeline());
        Plot plot = await StartAsync(workshop, Definition(("seed", [.. Enumerable.Range(1, 40).Select(seed => $"{seed}")])));
        await Until.True(() => workshop.Queue.Jobs.Count == 3, "the first cells are in the queue");

        GenerationJob other = await workshop.AddAsync(seed: 1000, owner: "someone");
        gate.OpenForGood();
        await Until.Done(other.Completion);

        Assert.InRange((await workshop.Plots.PicturesAsync(plot.Id)).Count, 2, 20);
        await UntilAsync(workshop, plot, PlotState.Done);
        Assert.Equal(40, (await workshop.Plots.PicturesAsync(plot.Id)).Count);
    }

    [Fact]
    public async Task Plot_InterruptedByARestart_GoesOnAndMakesNothingTwice()
    {
        using StepGate gate = new();
        Workshop workshop = await Workshop.OpenAsync(gate.Pipeline());
        Plot plot = await StartAsync(workshop, Definition(("seed", ["1", "2", "3", "4", "5", "6"]), ("steps", ["1"])));
        gate.Open(2);
        await Until.True(async () => (await workshop.Plots.PicturesAsync(plot.Id)).Count == 2, "two pictures are made");

        await using Workshop second = await workshop.RestartAsync();
        await UntilAsync(second, plot, PlotState.Done);

        IReadOnlyList<GalleryImage> pictures = await second.PicturesAsync();
        Assert.Equal([1, 2, 3, 4, 5, 6], pictures.Select(picture => picture.Recipe.Seed).Order());
        Assert.Equal(6, (await second.Plots.PicturesAsync(plot.Id)).Count);
    }

    [Fact]
    public async Task Plot_WithTwoModels_LoadsEachOnce()
    {
        ConcurrentQueue<string> made = new();
        FakePipeline pipeline = new() { BeforeStep = (recipe, step, _) => { if (step == 1) { made.Enqueue(recipe.Checkpoint); } } };
        await using Workshop workshop = await Workshop.OpenAsync(pipeline);

        // The second model is not there: its cells fail, each with the reason, and the others are made.
        Plot plot = await StartAsync(workshop, Definition(("seed", ["1", "2", "3"]), ("checkpoint", ["postcard", "gone"])));
        await UntilAsync(workshop, plot, PlotState.Done);

        Plot after = (await workshop.Plots.FindAsync(plot.Id))!;
        Assert.Equal([0, 1, 2], (await workshop.Plots.PicturesAsync(plot.Id)).Keys.Order());
        Assert.Equal([3, 4, 5], after.Failures.Keys);
        Assert.All(after.Failures.Values, reason => Assert.Contains("gone", reason, StringComparison.Ordinal));
        Assert.Equal(["postcard", "postcard", "postcard"], made);
    }

    [Fact]
    public async Task Stop_EndsItWithWhatIsMadeAndContinueMakesTheRest()
    {
        using StepGate gate = new();
        await using Workshop workshop = await Workshop.OpenAsync(gate.Pipeline());
        Plot plot = await StartAsync(workshop, Definition(("seed", ["1", "2", "3", "4", "5"]), ("steps", ["1"])));
        gate.Open(1);
        await Until.True(async () => (await workshop.Plots.PicturesAsync(plot.Id)).Count == 1, "a picture is made");

        Assert.False(await workshop.PlotRunner.StopAsync(plot.Id, "someone"));
        Assert.True(await workshop.PlotRunner.StopAsync(plot.Id, "me"));
        await Until.True(() => workshop.Queue.Jobs.Count == 0, "its jobs leave the queue");
        Assert.Equal(PlotState.Stopped, (await workshop.Plots.FindAsync(plot.Id))!.State);

        gate.OpenForGood();
        Assert.Equal(0, await workshop.PlotRunner.ContinueAsync(plot.Id, "someone"));
        Assert.Equal(4, await workshop.PlotRunner.ContinueAsync(plot.Id, "me"));
        await UntilAsync(workshop, plot, PlotState.Done);
        Assert.Equal([1, 2, 3, 4, 5], (await workshop.PicturesAsync()).Select(picture => picture.Recipe.Seed).Order());
    }

    [Fact]
    public async Task CancelAll_OfItsOwner_StopsThePlotToo()
    {
        using StepGate gate = new();
        await using Workshop workshop = await Workshop.OpenAsync(gate.Pipeline());
        Plot plot = await StartAsync(workshop, Definition(("seed", ["1", "2", "3", "4", "5"]), ("steps", ["1"])));
        await Until.True(() => workshop.Queue.Running is not null, "the first cell is made");

        workshop.Queue.CancelAll("someone");
        Assert.NotNull(workshop.Queue.Running);
        workshop.Queue.CancelAll("me");

        await UntilAsync(workshop, plot, PlotState.Stopped);
        await Until.True(() => workshop.Queue.Jobs.Count == 0, "nothing is left in the queue");
    }

    [Fact]
    public async Task Skip_OfOneCell_LeavesItEmptyAndTheOthersAreMade()
    {
        using StepGate gate = new();
        await using Workshop workshop = await Workshop.OpenAsync(gate.Pipeline());
        Plot plot = await StartAsync(workshop, Definition(("seed", ["1", "2", "3"]), ("steps", ["1"])));
        await Until.True(() => workshop.Queue.Running is not null, "the first cell is made");

        workshop.Queue.Cancel(workshop.Queue.Running!.Id, "me");
        gate.OpenForGood();
        await UntilAsync(workshop, plot, PlotState.Done);

        Assert.Equal([1, 2], (await workshop.Plots.PicturesAsync(plot.Id)).Keys.Order());
        Assert.Equal("Skipped.", (await workshop.Plots.FindAsync(plot.Id))!.Failures[0]);
    }

    [Fact]
    public async Task Start_WhileAnotherIsMade_WaitsForItsTurn()
    {
        using StepGate gate = new();
        await using Workshop workshop = await Workshop.OpenAsync(gate.Pipeline());
        Plot first = await StartAsync(workshop, Definition(("seed", ["1", "2"]))), second = await StartAsync(workshop, Definition(("seed", ["3", "4"])));
        await Until.True(() => workshop.Queue.Jobs.Count == 2, "the first plot is in the queue");

        Assert.All(workshop.Queue.Jobs, job => Assert.Equal(first.Id, job.Plot!.Plot));
        gate.OpenForGood();
        await UntilAsync(workshop, second, PlotState.Done);

        Assert.Equal([1, 2, 3, 4], (await workshop.PicturesAsync()).Select(picture => picture.Recipe.Seed));
    }

    private static async Task<Plot> StartAsync(Workshop workshop, PlotDefinition definition) =>
        Assert.IsType<Plot>(await workshop.PlotRunner.StartAsync(definition, "me"));

    private static Task UntilAsync(Workshop workshop, Plot plot, PlotState state) =>
        Until.True(async () => (await workshop.Plots.FindAsync(plot.Id))?.State == state, $"the plot is {state}");

    private static PlotDefinition Definition(params (string Field, string[] Values)[] axes) =>
        new(Workshop.Recipe(), [.. axes.Select(axis => new PlotAxis(axis.Field, string.Join(", ", axis.Values), [.. axis.Values]))]);
}
