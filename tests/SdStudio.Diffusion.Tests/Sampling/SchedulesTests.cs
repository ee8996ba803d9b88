using SdStudio.Diffusion.Sampling;

namespace SdStudio.Diffusion.Tests.Sampling;

public sealed class SchedulesTests
{
    private static readonly NoiseLevels s_levels = NoiseLevels.ScaledLinear(1000, 0.00085f, 0.012f);

    public static TheoryData<string> Keys => [.. Schedules.All.Select(schedule => schedule.Key)];

    [Theory]
    [MemberData(nameof(Keys))]
    public void Make_AnyNumberOfSteps_DescendsFromMaxToZero(string key)
    {
        Schedule schedule = Schedules.Find(key)!;
        foreach (int steps in (int[])[1, 2, 3, 7, 20, 150, 999])
        {
            float[] sigmas = schedule.Make(s_levels, steps);
            Assert.Equal(steps + 1, sigmas.Length);
            Assert.Equal(s_levels.Max, sigmas[0], 1e-5f * s_levels.Max);
            Assert.Equal(0, sigmas[^1]);
            Assert.All(sigmas.Zip(sigmas.Skip(1)), pair => Assert.True(pair.First > pair.Second));
        }
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Make_NoSteps_Throws(string key) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedules.Find(key)!.Make(s_levels, 0));

    [Fact]
    public void Find_UnknownKey_IsNull()
    {
        Assert.Null(Schedules.Find("nonsense"));
        Assert.Null(SamplerCatalog.Find("nonsense"));
    }
}
