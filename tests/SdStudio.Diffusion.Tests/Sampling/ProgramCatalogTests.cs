using SdStudio.Diffusion.Sampling;

namespace SdStudio.Diffusion.Tests.Sampling;

/// <summary>What each program's row says, by its formulae.</summary>
public sealed class ProgramCatalogTests
{
    private static readonly NoiseLevels s_levels = NoiseLevels.StableDiffusion;

    private static readonly ImageRecipe s_recipe = new() { Checkpoint = "m", Width = 64, Height = 64, Seed = 1 };

    public static TheoryData<CompatibilityProfile> Profiles => [.. Enum.GetValues<CompatibilityProfile>()];

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Rows_EveryProfile_HasOneOfKnownSamplers(CompatibilityProfile profile)
    {
        ProgramHabits habits = Assert.Single(ProgramCatalog.All, row => row.Profile == profile);

        Assert.Same(habits, ProgramCatalog.Of(profile));
        Assert.All(
            [.. habits.UnitVariance, .. habits.DropsPenultimate ?? [], .. habits.OwnLevels.Keys.Select(key => key.Split('/')[0]), .. habits.Orders.Keys],
            key => Assert.NotNull(SamplerCatalog.Find(key)));
        Assert.All(habits.Orders.Keys, key => Assert.True(SamplerCatalog.Find(key)!.Options.HasFlag(SamplerOptions.Order)));
    }

    [Fact]
    public void Of_ProfileOfANewerVersion_IsOurOwn() => Assert.Equal(CompatibilityProfile.SdStudio, ProgramCatalog.Of((CompatibilityProfile)99).Profile);

    [Fact]
    public void SdStudio_EverySamplerAndSchedule_IsAsWithoutAProfile()
    {
        ProgramHabits own = ProgramCatalog.Of(CompatibilityProfile.SdStudio);
        foreach (SamplerChoice sampler in SamplerCatalog.All)
        {
            foreach (Schedule schedule in Schedules.All)
            {
                float[] sigmas = sampler.Sigmas(schedule, s_levels, 13, own);
                Assert.Equal(sampler.Sigmas(schedule, s_levels, 13), sigmas);
                Assert.Equal(sigmas[0], own.StartScale(sampler.Key, schedule.Key, sigmas[0], s_levels));
                Assert.Equal(1, own.EndScale(sampler.Key, sigmas[^1]));
            }

            Assert.Null(sampler.Context(SamplerSettings.Default, s_levels, (_, _) => throw new InvalidOperationException(), null, CancellationToken.None, own).Order);
            Assert.Equal(s_levels.SigmaToTimestep(3.3f), own.TimestepOf(sampler.Key, s_levels)(3.3f));
        }

        Assert.Equal(NoiseSettings.Default, own.Draw(NoiseSettings.Default));
    }

    [Theory]
    [InlineData(CompatibilityProfile.SdStudio, EmphasisMode.Original)]
    [InlineData(CompatibilityProfile.A1111, EmphasisMode.Original)]
    [InlineData(CompatibilityProfile.ComfyUi, EmphasisMode.ComfyUi)]
    [InlineData(CompatibilityProfile.Diffusers, EmphasisMode.Ignore)]
    public void EmphasisFor_RecipeThatSaysNothing_IsThatOfItsProgram(CompatibilityProfile profile, EmphasisMode expected)
    {
        Assert.Equal(expected, ProgramCatalog.EmphasisFor(s_recipe with { Profile = profile }));
        Assert.Equal(EmphasisMode.NoNorm, ProgramCatalog.EmphasisFor(s_recipe with { Profile = profile, Emphasis = EmphasisMode.NoNorm }));
    }

    [Theory]
    [InlineData(CompatibilityProfile.A1111, NoiseSource.Nvidia, null, false)]
    [InlineData(CompatibilityProfile.ComfyUi, NoiseSource.Cpu, NoiseSource.Nvidia, true)]
    [InlineData(CompatibilityProfile.Diffusers, NoiseSource.Cpu, null, true)]
    public void Draw_SettingsOfSomething_KeepAllButTheRandomNumbers(CompatibilityProfile profile, NoiseSource source, NoiseSource? onTheWay, bool atOnce)
    {
        NoiseSettings settings = new() { Source = NoiseSource.Nvidia, StepSeedDelta = 31337, VariationSeed = 5, VariationStrength = 0.25f };

        NoiseSettings drawn = ProgramCatalog.Of(profile).Draw(settings);

        Assert.Equal(settings with { Source = source, StepSource = onTheWay, StepSeedDelta = 0 }, drawn);
        Assert.Equal(atOnce, ProgramCatalog.Of(profile).DrawsBatchAtOnce);
    }

    [Fact]
    public void StartScale_ComfyUi_IsWholeAtTheTopAlone()
    {
        ProgramHabits comfy = ProgramCatalog.Of(CompatibilityProfile.ComfyUi);
        float top = s_levels.Max, below = s_levels.Sigmas[901];

        Assert.Equal(Math.Sqrt((top * (double)top) + 1), comfy.StartScale("euler", "karras", top, s_levels), 5);
        Assert.Equal(Math.Sqrt((top * (double)top) + 1), comfy.StartScale("euler", "karras", top * 1.00002f, s_levels), 3);
        Assert.Equal(below, comfy.StartScale("euler", "ddim_uniform", below, s_levels));
    }

    [Fact]
    public void TimestepOf_SigmaBetweenTwo_IsRoundedWhereTheProgramDoes()
    {
        float between = s_levels.TimestepToSigma(500.4f);

        Assert.Equal(500.4f, Of(CompatibilityProfile.A1111, "euler"), 1e-3f);
        Assert.Equal(500, Of(CompatibilityProfile.ComfyUi, "euler"));
        Assert.Equal(500.4f, Of(CompatibilityProfile.Diffusers, "euler"), 1e-3f);
        Assert.Equal(500, Of(CompatibilityProfile.Diffusers, "dpmpp_2m"));

        float Of(CompatibilityProfile profile, string sampler) => ProgramCatalog.Of(profile).TimestepOf(sampler, s_levels)(between);
    }

    [Theory]
    [InlineData(CompatibilityProfile.A1111, "dpmpp_3m_sde", true)]
    [InlineData(CompatibilityProfile.A1111, "dpmpp_2m", false)]
    [InlineData(CompatibilityProfile.ComfyUi, "dpm2_a", true)]
    [InlineData(CompatibilityProfile.ComfyUi, "dpmpp_3m_sde", false)]
    [InlineData(CompatibilityProfile.ComfyUi, "unipc", true)]
    [InlineData(CompatibilityProfile.Diffusers, "dpm2", false)]
    public void Sigmas_LastLevelButOne_IsLeftOutWhereTheProgramDoes(CompatibilityProfile profile, string sampler, bool leavesOut)
    {
        Schedule karras = Schedules.Find("karras")!;

        float[] sigmas = SamplerCatalog.Find(sampler)!.Sigmas(karras, s_levels, 10, ProgramCatalog.Of(profile));

        float[] plain = karras.Make(s_levels, leavesOut ? 11 : 10);
        Assert.Equal(leavesOut ? [.. plain[..^2], 0] : plain, sigmas);
        Assert.Equal(11, sigmas.Length);
    }

    [Theory]
    [InlineData("ddim", 10, 9)]
    [InlineData("ddim", 30, 30)]
    [InlineData("ddim", 1, 1)]
    [InlineData("unipc", 30, 31)]
    [InlineData("plms", 1000, 998)]
    [InlineData("unipc_bh2", 1, 1)]
    public void Sigmas_A1111SamplersOfTheirOwnTimesteps_AreAsManyAsThere(string sampler, int steps, int taken)
    {
        float[] sigmas = SamplerCatalog.Find(sampler)!.Sigmas(Schedules.Find("karras")!, s_levels, steps, ProgramCatalog.Of(CompatibilityProfile.A1111));

        Assert.Equal(taken, sigmas.Length - 1);
        Assert.All(sigmas.Zip(sigmas.Skip(1)), pair => Assert.True(pair.First > pair.Second));
    }

    [Fact]
    public void Context_OrderOfTheRecipe_GoesBeforeThatOfTheProgram()
    {
        ProgramHabits diffusers = ProgramCatalog.Of(CompatibilityProfile.Diffusers);

        Assert.Equal(2, Order(SamplerSettings.Default));
        Assert.Equal(3, Order(new SamplerSettings { Order = 3 }));

        int? Order(SamplerSettings settings) =>
            SamplerCatalog.Find("unipc_bh2")!.Context(settings, s_levels, (_, _) => throw new InvalidOperationException(), null, CancellationToken.None, diffusers).Order;
    }
}
