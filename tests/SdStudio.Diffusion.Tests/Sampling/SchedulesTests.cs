using SdStudio.Diffusion.Sampling;

namespace SdStudio.Diffusion.Tests.Sampling;

public sealed class SchedulesTests
{
    private static readonly NoiseLevels s_levels = NoiseLevels.ScaledLinear(1000, 0.00085f, 0.012f);

    public static TheoryData<string> Keys => [.. Schedules.All.Select(schedule => schedule.Key)];

    [Theory]
    [MemberData(nameof(Keys))]
    public void Make_AnyNumberOfSteps_DescendsThroughTheLevelsOfTheModel(string key)
    {
        Schedule schedule = Schedules.Find(key)!;
        foreach (int steps in (int[])[1, 2, 3, 7, 20, 150, 999])
        {
            float[] sigmas = schedule.Make(s_levels, steps);
            Assert.Equal(key == "kl_optimal" ? s_levels.Min : 0, sigmas[^1], 1e-6f);
            Assert.InRange(sigmas[0], 0.5f * s_levels.Min, 1.0001f * s_levels.Max);
            Assert.All(sigmas.Zip(sigmas.Skip(1)), pair => Assert.True(pair.First > pair.Second));

            // Those that take whole timesteps run out of them, and the oldest goes by a whole distance.
            if (steps < 100)
            {
                Assert.InRange(sigmas.Length, steps + 1, key == "ddim_uniform" ? steps + 2 : steps + 1);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Make_MoreStepsThanTimesteps_StaysStrictlyDescending(string key)
    {
        float[] sigmas = Schedules.Find(key)!.Make(NoiseLevels.ScaledLinear(50, 0.00085f, 0.3f), 120);
        Assert.All(sigmas.Zip(sigmas.Skip(1)), pair => Assert.True(pair.First > pair.Second));
        Assert.InRange(sigmas.Length, 40, 121);
    }

    [Fact]
    public void Make_AlignedSteps_AreThoseOfTheModel()
    {
        NoiseLevels xl = s_levels.WithAligned(AlignedSteps.StableDiffusionXl);
        Assert.NotEqual(Schedules.Find("ays")!.Make(s_levels, 10), Schedules.Find("ays")!.Make(xl, 10));
        Assert.Equal(AlignedSteps.StableDiffusionXl, xl.Aligned);
        Assert.Equal(xl.Sigmas, s_levels.Sigmas);
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
