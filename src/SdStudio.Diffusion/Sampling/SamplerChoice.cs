using SdStudio.Diffusion.Random;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Sampling;

/// <summary>A row of <see cref="SamplerCatalog"/>.</summary>
/// <param name="Key">In recipes: <c>dpmpp_2m</c>.</param>
/// <param name="Label">For people and in picture metadata: "DPM++ 2M".</param>
/// <param name="Sample">The stepping rule.</param>
/// <param name="DefaultSchedule">Key of the schedule that goes with it.</param>
/// <param name="StepNoise">Kind of noise that it may add between steps.</param>
/// <param name="DefaultEta">For <see cref="SamplingContext.Eta"/>.</param>
/// <param name="Options">The settings that it heeds.</param>
public sealed record SamplerChoice(
    string Key,
    string Label,
    Sampler Sample,
    string DefaultSchedule,
    StepNoise StepNoise,
    float DefaultEta,
    SamplerOptions Options = SamplerOptions.None)
{
    /// <summary>Network evaluations in a step; the last step takes one.</summary>
    public int EvaluationsPerStep { get; init; } = 1;

    /// <summary>Steps of a prompt that changes, in each step: A1111 counts two with samplers of second order, one with all others.</summary>
    public int PromptStepsPerStep => EvaluationsPerStep == 2 ? 2 : 1;

    /// <summary>Whether it takes of the schedule no more than its ends and the number of steps.</summary>
    public bool ChoosesSteps { get; init; }

    /// <summary>Whether it goes from the last level but one straight to 0, over the lowest: the common programs do so where a rule is rough there.</summary>
    public bool DropsPenultimate { get; init; }

    /// <summary>Whether it adds fresh noise between steps, so that the picture changes with the number of steps.</summary>
    public bool DrawsNoise => StepNoise != StepNoise.None && DefaultEta > 0;

    /// <summary>The sigmas that it walks down.</summary>
    /// <param name="steps">At least 1.</param>
    /// <param name="habits">Those of the program whose picture it is; null: SdStudio's.</param>
    public float[] Sigmas(Schedule schedule, NoiseLevels levels, int steps, ProgramHabits? habits = null)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        ArgumentNullException.ThrowIfNull(levels);
        if (habits?.LevelsOf(Key, schedule.Key) is { } own)
        {
            return own(levels, steps);
        }

        bool drops = habits?.DropsPenultimate?.Contains(Key) ?? DropsPenultimate;
        float[] sigmas = schedule.Make(levels, drops ? steps + 1 : steps);
        return drops && sigmas.Length > 2 ? [.. sigmas[..^2], sigmas[^1]] : sigmas;
    }

    /// <summary>The noise for <see cref="SamplingContext.Noise"/> that goes with a picture's seed.</summary>
    /// <param name="generator">The generator that made the first noise; later draws continue it.</param>
    /// <param name="shape">A latent of the picture's shape; its values do not matter.</param>
    /// <param name="sigmas">The whole schedule.</param>
    /// <param name="settings">Source and batch, for a Brownian path.</param>
    public Func<float, float, Latent> NoiseFor(long seed, INoiseSource generator, Latent shape, ReadOnlySpan<float> sigmas, NoiseSettings? settings = null)
    {
        (int channels, int height, int width) = (shape.Channels, shape.Height, shape.Width);
        if (StepNoise != StepNoise.Brownian)
        {
            return (_, _) => generator.Next(channels, height, width);
        }

        settings ??= NoiseSettings.Default;
        float smallest = sigmas[^1] > 0 || sigmas.Length == 1 ? sigmas[^1] : sigmas[^2];
        BrownianNoise path = new(seed, smallest, sigmas[0], channels * settings.BatchSize, height, width, settings.Source);
        int start = settings.BatchIndex * shape.Values.Length, length = shape.Values.Length;
        return settings.BatchSize == 1
            ? path.Between
            : (from, to) => new Latent(channels, height, width, path.Between(from, to).Values.Slice(start, length).ToArray());
    }

    /// <summary>The recipe's settings as the sampler takes them.</summary>
    /// <param name="levels">Of the model.</param>
    /// <param name="habits">Those of the program whose picture it is; null: SdStudio's.</param>
    /// <inheritdoc cref="SamplingContext(Func{float, float, Latent}, Action{int, Latent}?, CancellationToken)"/>
    public SamplingContext Context(
        SamplerSettings settings, NoiseLevels levels, Func<float, float, Latent> noise, Action<int, Latent>? report, CancellationToken cancellationToken, ProgramHabits? habits = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new SamplingContext(noise, report, cancellationToken)
        {
            Eta = Options.HasFlag(SamplerOptions.Eta) ? settings.Eta ?? DefaultEta : DefaultEta,
            NoiseScale = settings.NoiseScale,
            Churn = settings.Churn,
            ChurnMin = settings.ChurnMin,
            ChurnMax = settings.ChurnMax ?? float.PositiveInfinity,
            Order = settings.Order ?? (habits?.Orders.TryGetValue(Key, out int order) == true ? order : null),
            Levels = levels,
        };
    }
}
