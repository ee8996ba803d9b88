using SdStudio.Diffusion.Pipelines;
using SdStudio.Storage.Models;
using SdStudio.Tests;
using SdStudio.Web.Generation;

namespace SdStudio.Web.Tests.Generation;

public sealed class PipelineHostTests
{
    private static readonly ModelFile s_first = Model("first"), s_second = Model("second"), s_third = Model("third"), s_broken = Model("broken") with { Problem = "The file ends early." };

    /// <summary>Bytes that the program pretends to take.</summary>
    private long _inUse = 1000;

    [Fact]
    public void For_TheSameModel_LoadsOnce()
    {
        List<FakePipeline> loaded = [];
        using PipelineHost host = Host(loaded, budget: 0);

        Assert.Same(host.For(s_first, default), host.For(s_first with { ShortHash = "0123456789" }, default));
        Assert.Single(loaded);
        Assert.Equal(s_first, host.Model);
    }

    [Fact]
    public void For_AnotherModelWithoutRoom_FreesTheFirstBeforeItLoads()
    {
        List<FakePipeline> loaded = [];
        using PipelineHost host = new(
            (_, _) =>
            {
                Assert.All(loaded, pipeline => Assert.True(pipeline.IsDisposed));
                return Added(loaded);
            },
            (_, _) => { },
            new ModelMemory(0, () => _inUse += 100));

        host.For(s_first, default);
        host.For(s_second, default);
        Assert.Equal([true, false], loaded.Select(pipeline => pipeline.IsDisposed));
        Assert.False(host.Holds(s_first));
    }

    [Fact]
    public void For_SeveralModels_KeepsThoseThatWereUsedLastWithinTheBudget()
    {
        List<FakePipeline> loaded = [];
        using PipelineHost host = Host(loaded, budget: 250);
        IImagePipeline first = host.For(s_first, default), second = host.For(s_second, default);

        Assert.Same(first, host.For(s_first, default));
        Assert.Equal(2, loaded.Count);
        host.For(s_third, default);

        Assert.Equal([false, true, false], loaded.Select(pipeline => pipeline.IsDisposed));
        Assert.Equal((true, false, true), (host.Holds(s_first), host.Holds(s_second), host.Holds(s_third)));
        Assert.Equal(s_third, host.Model);
        Assert.NotSame(second, host.For(s_second, default));
        Assert.False(host.Holds(s_first));
    }

    [Fact]
    public void For_AModelThatWasMeasuredToBeLarge_MakesRoomForAllOfIt()
    {
        List<FakePipeline> loaded = [];
        using PipelineHost host = Host(loaded, budget: 350);
        host.For(s_first, default);
        _inUse += 200;
        host.For(s_second, default);
        Assert.False(host.Holds(s_first));

        host.For(s_first, default);

        Assert.False(host.Holds(s_second));
    }

    [Fact]
    public void For_AModelKnownToBeBroken_KeepsTheOneThatWorks()
    {
        List<FakePipeline> loaded = [];
        using PipelineHost host = Host(loaded, budget: 0);
        host.For(s_first, default);

        Assert.Contains("ends early", Assert.Throws<UnusableRecipeException>(() => host.For(s_broken, default)).Message, StringComparison.Ordinal);
        Assert.True(host.Holds(s_first));
        Assert.False(loaded[0].IsDisposed);
    }

    [Fact]
    public void For_AModelThatShowsToBeBroken_KeepsTheOneThatWorks()
    {
        List<FakePipeline> loaded = [];
        using PipelineHost host = new(
            (_, _) => Added(loaded),
            (model, _) =>
            {
                if (model == s_second)
                {
                    throw new UnusableRecipeException("No.");
                }
            },
            new ModelMemory(0, () => _inUse));
        host.For(s_first, default);

        Assert.Throws<UnusableRecipeException>(() => host.For(s_second, default));
        Assert.True(host.Holds(s_first));
        Assert.Equal(s_first, host.Model);
        Assert.False(loaded[0].IsDisposed);
    }

    [Fact]
    public void For_AfterALoadThatFailed_LoadsAgain()
    {
        bool fails = true;
        using PipelineHost host = new((_, _) => fails ? throw new UnusableRecipeException("No.") : new FakePipeline(), (_, _) => { }, new ModelMemory(0, () => _inUse));
        Assert.Throws<UnusableRecipeException>(() => host.For(s_first, default));
        Assert.Null(host.Model);

        fails = false;
        Assert.NotNull(host.For(s_first, default));
    }

    [Fact]
    public void Unload_FreesEveryModel()
    {
        List<FakePipeline> loaded = [];
        using PipelineHost host = Host(loaded, budget: 1000);
        host.For(s_first, default);
        host.For(s_second, default);

        host.Unload();

        Assert.All(loaded, pipeline => Assert.True(pipeline.IsDisposed));
        Assert.False(host.Holds(s_first) || host.Holds(s_second));
        Assert.Null(host.Model);
    }

    /// <summary>Every load takes 100 bytes.</summary>
    private PipelineHost Host(List<FakePipeline> loaded, long budget) => new(
        (_, _) =>
        {
            _inUse += 100;
            return Added(loaded);
        },
        (_, _) => { },
        new ModelMemory(budget, () => _inUse - (100 * loaded.Count(pipeline => pipeline.IsDisposed))));

    private static FakePipeline Added(List<FakePipeline> loaded)
    {
        loaded.Add(new FakePipeline());
        return loaded[^1];
    }

    private static ModelFile Model(string name) => new() { Name = name, Title = name, Kind = ModelKind.Checkpoint, Path = $"/models/{name}", Size = 50 };
}
