using SdStudio.Storage.Models;
using SdStudio.Tests;
using SdStudio.Web.Generation;

namespace SdStudio.Web.Tests.Generation;

public sealed class PipelineHostTests
{
    private static readonly ModelFile s_first = Model("first"), s_second = Model("second"), s_broken = Model("broken") with { Problem = "The file ends early." };

    [Fact]
    public void For_TheSameModel_LoadsOnce()
    {
        List<FakePipeline> loaded = [];
        using PipelineHost host = new((_, _) => Added(loaded));

        Assert.Same(host.For(s_first, default), host.For(s_first with { ShortHash = "0123456789" }, default));
        Assert.Single(loaded);
        Assert.Equal(s_first, host.Model);
    }

    [Fact]
    public void For_AnotherModel_FreesTheFirstBeforeItLoads()
    {
        List<FakePipeline> loaded = [];
        using PipelineHost host = new((_, _) =>
        {
            Assert.All(loaded, pipeline => Assert.True(pipeline.IsDisposed));
            return Added(loaded);
        });

        host.For(s_first, default);
        host.For(s_second, default);
        Assert.Equal([true, false], loaded.Select(pipeline => pipeline.IsDisposed));
    }

    [Fact]
    public void For_AModelKnownToBeBroken_KeepsTheOneThatWorks()
    {
        List<FakePipeline> loaded = [];
        using PipelineHost host = new((_, _) => Added(loaded));
        host.For(s_first, default);

        Assert.Contains("ends early", Assert.Throws<UnusableRecipeException>(() => host.For(s_broken, default)).Message, StringComparison.Ordinal);
        Assert.True(host.Holds(s_first));
        Assert.False(loaded[0].IsDisposed);
    }

    [Fact]
    public void For_AfterALoadThatFailed_LoadsAgain()
    {
        bool fails = true;
        using PipelineHost host = new((_, _) => fails ? throw new UnusableRecipeException("No.") : new FakePipeline());
        Assert.Throws<UnusableRecipeException>(() => host.For(s_first, default));
        Assert.Null(host.Model);

        fails = false;
        Assert.NotNull(host.For(s_first, default));
    }

    private static FakePipeline Added(List<FakePipeline> loaded)
    {
        loaded.Add(new FakePipeline());
        return loaded[^1];
    }

    private static ModelFile Model(string name) => new() { Name = name, Title = name, Kind = ModelKind.Checkpoint, Path = $"/models/{name}" };
}
