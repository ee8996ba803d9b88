using SdStudio.Diffusion.Pipelines;
using SdStudio.Storage.Models;
using SdStudio.Tests;
using SdStudio.Web.Generation;

namespace SdStudio.Web.Tests.Generation;

public sealed class PipelineHostTests
{
    private static readonly ModelFile s_first = Model("first"), s_second = Model("second"), s_third = Model("third"), s_broken = Model("broken") with { Problem = "The file ends early." };

    private static readonly IProgress<double> s_report = new Progress<double>();

    /// <summary>Bytes that the program pretends to take.</summary>
    private long _inUse = 1000;

    [Fact]
    public void For_TheSameModel_LoadsOnce()
    {
        List<FakePipeline> loaded = [];
        using PipelineHost host = Host(loaded, budget: 0);

        Assert.Same(host.For(Of(s_first), s_report, default), host.For(Of(s_first with { ShortHash = "0123456789" }), s_report, default));
        Assert.Single(loaded);
        Assert.Equal(s_first, host.Model);
    }

    [Fact]
    public void For_AnotherModelWithoutRoom_FreesTheFirstBeforeItLoads()
    {
        List<FakePipeline> loaded = [];
        using PipelineHost host = new(
            (_, _, _) =>
            {
                Assert.All(loaded, pipeline => Assert.True(pipeline.IsDisposed));
                return Added(loaded);
            },
            (_, _) => { },
            new ModelMemory(0, () => _inUse += 100));

        host.For(Of(s_first), s_report, default);
        host.For(Of(s_second), s_report, default);
        Assert.Equal([true, false], loaded.Select(pipeline => pipeline.IsDisposed));
        Assert.False(host.Holds(s_first));
    }

    [Fact]
    public void For_SeveralModels_KeepsThoseThatWereUsedLastWithinTheBudget()
    {
        List<FakePipeline> loaded = [];
        using PipelineHost host = Host(loaded, budget: 250);
        IImagePipeline first = host.For(Of(s_first), s_report, default), second = host.For(Of(s_second), s_report, default);

        Assert.Same(first, host.For(Of(s_first), s_report, default));
        Assert.Equal(2, loaded.Count);
        host.For(Of(s_third), s_report, default);

        Assert.Equal([false, true, false], loaded.Select(pipeline => pipeline.IsDisposed));
        Assert.Equal((true, false, true), (host.Holds(s_first), host.Holds(s_second), host.Holds(s_third)));
        Assert.Equal(s_third, host.Model);
        Assert.NotSame(second, host.For(Of(s_second), s_report, default));
        Assert.False(host.Holds(s_first));
    }

    [Fact]
    public void For_AModelThatWasMeasuredToBeLarge_MakesRoomForAllOfIt()
    {
        List<FakePipeline> loaded = [];
        using PipelineHost host = Host(loaded, budget: 350);
        host.For(Of(s_first), s_report, default);
        _inUse += 200;
        host.For(Of(s_second), s_report, default);
        Assert.False(host.Holds(s_first));

        host.For(Of(s_first), s_report, default);

        Assert.False(host.Holds(s_second));
    }

    [Fact]
    public void For_AModelKnownToBeBroken_KeepsTheOneThatWorks()
    {
        List<FakePipeline> loaded = [];
        using PipelineHost host = Host(loaded, budget: 0);
        host.For(Of(s_first), s_report, default);

        Assert.Contains("ends early", Assert.Throws<UnusableRecipeException>(() => host.For(Of(s_broken), s_report, default)).Message, StringComparison.Ordinal);
        Assert.True(host.Holds(s_first));
        Assert.False(loaded[0].IsDisposed);
    }

    [Fact]
    public void For_AModelThatShowsToBeBroken_KeepsTheOneThatWorks()
    {
        List<FakePipeline> loaded = [];
        using PipelineHost host = new(
            (_, _, _) => Added(loaded),
            (demand, _) =>
            {
                if (demand.Model == s_second)
                {
                    throw new UnusableRecipeException("No.");
                }
            },
            new ModelMemory(0, () => _inUse));
        host.For(Of(s_first), s_report, default);

        Assert.Throws<UnusableRecipeException>(() => host.For(Of(s_second), s_report, default));
        Assert.True(host.Holds(s_first));
        Assert.Equal(s_first, host.Model);
        Assert.False(loaded[0].IsDisposed);
    }

    [Fact]
    public void For_AfterALoadThatFailed_LoadsAgain()
    {
        bool fails = true;
        using PipelineHost host = new((_, _, _) => fails ? throw new UnusableRecipeException("No.") : new FakePipeline(), (_, _) => { }, new ModelMemory(0, () => _inUse));
        Assert.Throws<UnusableRecipeException>(() => host.For(Of(s_first), s_report, default));
        Assert.Null(host.Model);

        fails = false;
        Assert.NotNull(host.For(Of(s_first), s_report, default));
    }

    [Fact]
    public void Unload_FreesEveryModel()
    {
        List<FakePipeline> loaded = [];
        using PipelineHost host = Host(loaded, budget: 1000);
        host.For(Of(s_first), s_report, default);
        host.For(Of(s_second), s_report, default);

        host.Unload();

        Assert.All(loaded, pipeline => Assert.True(pipeline.IsDisposed));
        Assert.False(host.Holds(s_first) || host.Holds(s_second));
        Assert.Null(host.Model);
    }

    [Fact]
    public void Restore_AfterALoadThatFailed_BringsBackWhatMadeRoomForIt()
    {
        List<FakePipeline> loaded = [];
        List<string> asked = [];
        using PipelineHost host = new(
            (demand, _, _) =>
            {
                asked.Add(demand.Model.Name);
                return demand.Model == s_second ? throw new OutOfMemoryException() : Added(loaded);
            },
            (_, _) => { },
            new ModelMemory(0, () => _inUse));
        host.For(Of(s_first), s_report, default);

        Assert.Throws<OutOfMemoryException>(() => host.For(Of(s_second), s_report, default));
        Assert.False(host.Holds(s_first));
        host.Restore(default);

        Assert.True(host.Holds(s_first));
        Assert.Equal(s_first, host.Model);
        Assert.Equal(["first", "second", "first"], asked);
        host.Restore(default);
        Assert.Equal(3, asked.Count);
    }

    [Fact]
    public void For_ARefiner_CountsItBeforeItIsLoaded()
    {
        List<FakePipeline> loaded = [];
        using PipelineHost host = Host(loaded, budget: 320);
        host.For(Of(s_second), s_report, default);
        host.For(Of(s_first), s_report, default);
        Assert.True(host.Holds(s_second));

        // 100 bytes each are measured for the two; the refiner's 50 on disk count as 100, which would be 300 of 320.
        host.For(Of(s_first, s_third), s_report, default);
        Assert.True(host.Holds(s_second));
        _inUse += 100;

        // Measured now: with its refiner the first takes 200. Another refiner would be too much for three.
        host.For(Of(s_first, s_third with { Path = "/models/other", Size = 500 }), s_report, default);
        Assert.False(host.Holds(s_second));
        Assert.True(host.Holds(s_first));
    }

    [Fact]
    public void For_AModelWithItsRefiner_MakesRoomForBoth()
    {
        List<FakePipeline> loaded = [];
        using PipelineHost host = Host(loaded, budget: 250);
        host.For(Of(s_second), s_report, default);

        host.For(Of(s_first, s_third), s_report, default);

        Assert.False(host.Holds(s_second));
    }

    [Fact]
    public void Discard_FreesTheModelOfTheLastJobAlone()
    {
        List<FakePipeline> loaded = [];
        using PipelineHost host = Host(loaded, budget: 1000);
        host.For(Of(s_first), s_report, default);
        host.For(Of(s_second), s_report, default);

        host.Discard();

        Assert.True(host.Holds(s_first));
        Assert.False(host.Holds(s_second));
        Assert.Null(host.Model);
    }

    /// <summary>Every load takes 100 bytes.</summary>
    private PipelineHost Host(List<FakePipeline> loaded, long budget) => new(
        (_, _, _) =>
        {
            _inUse += 100;
            return Added(loaded);
        },
        (_, _) => { },
        new ModelMemory(budget, () => _inUse - (100 * loaded.Count(pipeline => pipeline.IsDisposed))));

    private static PipelineDemand Of(ModelFile model, ModelFile? refiner = null) => new(model, Workshop.Recipe(checkpoint: model.Name), refiner);

    private static FakePipeline Added(List<FakePipeline> loaded)
    {
        loaded.Add(new FakePipeline());
        return loaded[^1];
    }

    private static ModelFile Model(string name) => new() { Name = name, Title = name, Kind = ModelKind.Checkpoint, Path = $"/models/{name}", Size = 50 };
}
