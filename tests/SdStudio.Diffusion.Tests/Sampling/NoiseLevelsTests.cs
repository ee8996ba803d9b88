using SdStudio.Diffusion.Sampling;

namespace SdStudio.Diffusion.Tests.Sampling;

public sealed class NoiseLevelsTests
{
    private static readonly NoiseLevels s_levels = NoiseLevels.ScaledLinear(1000, 0.00085f, 0.012f);

    [Theory]
    [InlineData(0)]
    [InlineData(0.25f)]
    [InlineData(500)]
    [InlineData(998.75f)]
    [InlineData(999)]
    public void SigmaToTimestep_OfTimestepToSigma_IsTheSame(float timestep) =>
        Assert.Equal(timestep, s_levels.SigmaToTimestep(s_levels.TimestepToSigma(timestep)), 1e-3f);

    [Fact]
    public void Timesteps_OutsideTheTable_AreItsEnds()
    {
        Assert.Equal(s_levels.Min, s_levels.TimestepToSigma(-3));
        Assert.Equal(s_levels.Max, s_levels.TimestepToSigma(4000));
        Assert.Equal(0, s_levels.SigmaToTimestep(1e-6f));
        Assert.Equal(999, s_levels.SigmaToTimestep(1e6f));
        Assert.Equal(0, s_levels.NearestTimestep(1e-6f));
        Assert.Equal(999, s_levels.NearestTimestep(1e6f));
    }

    [Fact]
    public void FromSigmas_NotAscending_Throws()
    {
        Assert.Throws<ArgumentException>(() => NoiseLevels.FromSigmas([1, 1]));
        Assert.Throws<ArgumentException>(() => NoiseLevels.FromSigmas([0, 1]));
        Assert.Throws<ArgumentException>(() => NoiseLevels.FromSigmas([1, float.NaN]));
    }
}
