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
                    plans.Add(sampler.Key, schedule.Key, 3);
                    plans.Add(sampler.Key, schedule.Key, 13);
                    plans.Add(sampler.Key, schedule.Key, 150);
                }
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
        // A network that always knows the picture: whatever noise a sampler adds on the way, at sigma 0 nothing of it is left.
        Latent picture = new MersenneNoise(3).Next(4, 4, 4);
        Latent final = Run(key, schedule, steps, (_, _) => picture);
        for (int i = 0; i < picture.Values.Length; i++)
        {
            Assert.Equal(picture.Values[i], final.Values[i], 1e-4f);
        }
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public void Sample_AnySchedule_ReportsEveryStepOnce(string key, string schedule, int steps)
    {
        List<int> reported = [];
        Run(key, schedule, steps, Shrink, (step, denoised) =>
        {
            reported.Add(step);
            Assert.True(denoised.IsFinite());
        });
        Assert.Equal(Enumerable.Range(0, steps), reported);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Sample_MoreStepsThanTheModelHasTimesteps_StaysFinite(string key)
    {
        NoiseLevels few = NoiseLevels.ScaledLinear(50, 0.00085f, 0.3f);
        foreach (Schedule schedule in Schedules.All)
        {
            Assert.True(Run(key, schedule.Key, 120, Shrink, levels: few).IsFinite(), schedule.Key);
        }
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Sample_LevelThatStandsTwice_ChangesNothing(string key)
    {
        // What a step between equal levels would have to divide by is 0.
        SamplerChoice sampler = SamplerCatalog.Find(key)!;
        Latent Sample(float[] sigmas)
        {
            Latent x = new MersenneNoise(42).Next(4, 4, 4) * sigmas[0];
            SamplingContext context = new((_, _) => x, null, CancellationToken.None) { Eta = 0 };
            return sampler.Sample(Shrink, x, sigmas, context);
        }

        float[] expected = Sample([14, 6, 2, 0.5f, 0]).Values.ToArray();

        Close.Within(expected, Sample([14, 14, 6, 6, 6, 2, 0.5f, 0.5f, 0]).Values.ToArray(), 1e-5);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Sample_EvaluationsPerStep_AreAsTheRowSays(string key)
    {
        int evaluations = 0;
        Run(key, "karras", 10, (x, sigma) =>
        {
            evaluations++;
            return Shrink(x, sigma);
        });
        Assert.Equal((9 * SamplerCatalog.Find(key)!.EvaluationsPerStep) + 1, evaluations);
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
        bool same = Run(key, "karras", 12, Shrink, stepSeed: 1).Values.SequenceEqual(Run(key, "karras", 12, Shrink, stepSeed: 2).Values);
        Assert.Equal(!SamplerCatalog.Find(key)!.DrawsNoise, same);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Sample_Cancelled_StopsAtThatStep(string key)
    {
        using CancellationTokenSource source = new();
        int steps = 0;
        Assert.ThrowsAny<OperationCanceledException>(() => Run(key, "normal", 20, Shrink, (step, _) =>
        {
            steps++;
            if (step == 4)
            {
                source.Cancel();
            }
        }, cancellationToken: source.Token));
        Assert.Equal(5, steps);
    }

    private static Latent Shrink(Latent x, float sigma) => x / (1 + (sigma * sigma));

    private static Latent Run(
        string key, string schedule, int steps, Denoiser denoise, Action<int, Latent>? report = null, long stepSeed = 1, NoiseLevels? levels = null, CancellationToken cancellationToken = default)
    {
        SamplerChoice sampler = SamplerCatalog.Find(key)!;
        float[] sigmas = Schedules.Find(schedule)!.Make(levels ?? s_levels, steps);
        Latent x = new MersenneNoise(42).Next(4, 4, 4) * sigmas[0];
        SamplingContext context = new(sampler.NoiseFor(stepSeed, new MersenneNoise(stepSeed), x, sigmas), report, cancellationToken) { Eta = sampler.DefaultEta };
        return sampler.Sample(denoise, x, sigmas, context);
    }
}
