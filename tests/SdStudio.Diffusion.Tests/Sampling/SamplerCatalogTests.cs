using SdStudio.Diffusion.Random;
using SdStudio.Diffusion.Sampling;
using SdStudio.Diffusion.Tensors;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Sampling;

/// <summary>What every row of the catalogue promises.</summary>
public sealed class SamplerCatalogTests
{
    private static readonly NoiseLevels s_levels = NoiseLevels.ScaledLinear(1000, 0.00085f, 0.012f);

    public static TheoryData<string> Keys => [.. SamplerCatalog.All.Select(sampler => sampler.Key)];

    public static TheoryData<string, string, int> Plans
    {
        get
        {
            TheoryData<string, string, int> plans = [];
            foreach (SamplerChoice sampler in SamplerCatalog.All)
            {
                foreach (Schedule schedule in Schedules.All)
                {
                    plans.Add(sampler.Key, schedule.Key, 1);
                    plans.Add(sampler.Key, schedule.Key, 2);
                    plans.Add(sampler.Key, schedule.Key, 13);
                }

                plans.Add(sampler.Key, "normal", 3);
                plans.Add(sampler.Key, "karras", 150);
            }

            return plans;
        }
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Rows_Keys_AreUniqueAndFound(string key)
    {
        SamplerChoice sampler = Assert.Single(SamplerCatalog.All, row => row.Key == key);
        Assert.Same(sampler, SamplerCatalog.Find(key));
        Assert.NotNull(Schedules.Find(sampler.DefaultSchedule));
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public void Sample_PerfectDenoiser_EndsAtItsPicture(string key, string schedule, int steps)
    {
        // A network that always knows the picture: whatever noise a sampler adds on the way, at the end there is none but that of the last level.
        SamplerChoice sampler = SamplerCatalog.Find(key)!;
        float left = sampler.ChoosesSteps ? s_levels.Min : Sigmas(sampler, schedule, steps)[^1];
        Latent picture = new MersenneNoise(3).Next(4, 4, 4);
        Latent final = Run(key, schedule, steps, (_, _) => picture, start: picture, settings: Consistent(key));
        Close.Within(picture.Values, final.Values, (left * 5) + 3e-3);
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public void Sample_AnySchedule_ReportsTheStepsOfTheSchedule(string key, string schedule, int steps)
    {
        SamplerChoice sampler = SamplerCatalog.Find(key)!;
        List<int> reported = [];
        Run(key, schedule, steps, Shrink, (step, denoised) =>
        {
            reported.Add(step);
            Assert.True(denoised.IsFinite());
        });

        int last = Sigmas(sampler, schedule, steps).Length - 2;
        if (sampler.ChoosesSteps)
        {
            Assert.Equal(reported.Order(), reported);
            Assert.Equal(0, reported[0]);
            Assert.InRange(reported[^1], 0, last);
        }
        else
        {
            Assert.Equal(Enumerable.Range(0, last + 1), reported);
        }
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Sample_MoreStepsThanTheModelHasTimesteps_StaysFinite(string key)
    {
        NoiseLevels few = NoiseLevels.ScaledLinear(50, 0.00085f, 0.3f);
        Assert.True(Run(key, "simple", 120, Shrink, levels: few).IsFinite());
        Assert.True(Run(key, "beta_timesteps", 120, Shrink, levels: few).IsFinite());
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Sample_NetworkThatFails_Ends(string key)
    {
        // A network that overflows answers with no numbers; a sampler that waits for a good step would wait for ever.
        Run(key, "karras", 10, (x, _) => x * float.NaN);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Sample_InTwoParts_EndsAtThePicture(string key)
    {
        // Another model may take over part way: the latent there is clean latent plus noise of that level.
        SamplerChoice sampler = SamplerCatalog.Find(key)!;
        float[] sigmas = Sigmas(sampler, "karras", 24);
        Latent picture = new MersenneNoise(3).Next(4, 4, 4), x = picture + (new MersenneNoise(42).Next(4, 4, 4) * sigmas[0]);
        SamplingContext context = sampler.Context(
            Consistent(key), s_levels, sampler.NoiseFor(1, new MersenneNoise(1), x, sigmas), null, CancellationToken.None);

        Latent between = sampler.Sample((_, _) => picture, x, sigmas.AsSpan(0, 15), context);
        double deviation = Math.Sqrt((between - picture).Values.ToArray().Average(value => value * value));
        Assert.InRange(deviation, sigmas[14] * 0.6, sigmas[14] * 1.4);
        Latent final = sampler.Sample((_, _) => picture, between, sigmas.AsSpan(14), context);
        Close.Within(picture.Values, final.Values, (sampler.ChoosesSteps ? s_levels.Min * 5 : 0) + 3e-3);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Sample_EvaluationsPerStep_AreAsTheRowSays(string key)
    {
        int evaluations = 0, steps = Sigmas(SamplerCatalog.Find(key)!, "karras", 10).Length - 1;
        Run(key, "karras", 10, (x, sigma) =>
        {
            evaluations++;
            return Shrink(x, sigma);
        });

        int usual = ((steps - 1) * SamplerCatalog.Find(key)!.EvaluationsPerStep) + 1;
        (int least, int most) = key switch
        {
            "heunpp2" => (usual - 1, usual - 1), // one less in the last step but one
            "plms" => (usual + 1, usual + 1), // one more in the first
            "dpm_adaptive" => (3, 3 * 100),
            _ => (usual, usual),
        };
        Assert.InRange(evaluations, least, most);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Sample_Options_MatterWhereTheRowSaysSo(string key)
    {
        SamplerChoice sampler = SamplerCatalog.Find(key)!;
        float[] plain = With(SamplerSettings.Default);
        AssertMatters(SamplerOptions.Eta, new SamplerSettings { Eta = 0.7f });
        AssertMatters(SamplerOptions.NoiseScale, new SamplerSettings { NoiseScale = 1.1f, Eta = 0.5f, Churn = 5 });
        AssertMatters(SamplerOptions.Churn, new SamplerSettings { Churn = 5 });
        AssertMatters(SamplerOptions.Order, new SamplerSettings { Order = 1 });

        float[] With(SamplerSettings settings) => Run(key, "karras", 22, Shrink, settings: settings).Values.ToArray();

        void AssertMatters(SamplerOptions option, SamplerSettings settings) =>
            Assert.Equal(sampler.Options.HasFlag(option), !With(settings).SequenceEqual(option == SamplerOptions.NoiseScale ? With(settings with { NoiseScale = 1 }) : plain));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Sample_SameSeed_RepeatsBitForBit(string key)
    {
        Assert.Equal(Run(key, "karras", 12, Shrink).Values, Run(key, "karras", 12, Shrink).Values);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Sample_NoiseOfAnotherSeed_MattersToThoseThatDrawIt(string key)
    {
        bool same = Run(key, "karras", 22, Shrink, stepSeed: 1).Values.SequenceEqual(Run(key, "karras", 22, Shrink, stepSeed: 2).Values);
        Assert.Equal(!SamplerCatalog.Find(key)!.DrawsNoise, same);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Sample_Cancelled_StopsAtThatStep(string key)
    {
        using CancellationTokenSource source = new();
        int steps = 0;
        Assert.ThrowsAny<OperationCanceledException>(() => Run(key, "normal", 20, Shrink, (_, _) =>
        {
            if (++steps == 5)
            {
                source.Cancel();
            }
        }, cancellationToken: source.Token));
        Assert.Equal(5, steps);
    }

    /// <summary>The weights of one sampler add up to one up to the second order only; so it is in the reference.</summary>
    private static SamplerSettings Consistent(string key) => new() { Order = key == "ipndm_v" ? 2 : null };

    private static Latent Shrink(Latent x, float sigma) => x / (1 + (sigma * sigma));

    private static float[] Sigmas(SamplerChoice sampler, string schedule, int steps, NoiseLevels? levels = null) =>
        sampler.Sigmas(Schedules.Find(schedule)!, levels ?? s_levels, steps);

    private static Latent Run(
        string key, string schedule, int steps, Denoiser denoise, Action<int, Latent>? report = null, long stepSeed = 1, NoiseLevels? levels = null, SamplerSettings? settings = null, Latent? start = null, CancellationToken cancellationToken = default)
    {
        SamplerChoice sampler = SamplerCatalog.Find(key)!;
        float[] sigmas = Sigmas(sampler, schedule, steps, levels);
        Latent x = new MersenneNoise(42).Next(4, 4, 4) * sigmas[0];
        x = start is null ? x : x + start;
        Func<float, float, Latent> noise = sampler.NoiseFor(stepSeed, new MersenneNoise(stepSeed), x, sigmas);
        return sampler.Sample(denoise, x, sigmas, sampler.Context(settings ?? SamplerSettings.Default, levels ?? s_levels, noise, report, cancellationToken));
    }
}
