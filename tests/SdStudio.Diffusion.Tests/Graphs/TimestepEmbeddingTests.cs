using SdStudio.Diffusion.Graphs.Blocks;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Graphs;

public sealed class TimestepEmbeddingTests
{
    [Fact]
    public void Frequencies_Always_FallFromOneByEqualFactors()
    {
        float[] frequencies = TimestepEmbedding.Frequencies(160);

        Assert.Equal(1f, frequencies[0]);
        Close.WithinRelative([1e-2f], frequencies.AsSpan(80, 1), 1e-6);
        Assert.All(frequencies.Skip(1).Zip(frequencies), pair => Assert.True(pair.First < pair.Second));
    }
}
