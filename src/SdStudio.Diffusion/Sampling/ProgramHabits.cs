using System.Collections.Frozen;

namespace SdStudio.Diffusion.Sampling;

/// <summary>A row of <see cref="ProgramCatalog"/>: what one program does where a recipe says nothing. The defaults are SdStudio's own.</summary>
/// <param name="Profile">In recipes.</param>
/// <param name="Label">For people: "A1111, Forge".</param>
/// <param name="Effect">One sentence for people: what a recipe of this program means.</param>
public sealed record ProgramHabits(CompatibilityProfile Profile, string Label, string Effect)
{
    /// <summary>What the weights of words do.</summary>
    public EmphasisMode Emphasis { get; init; } = EmphasisMode.Original;

    /// <summary>Whose random numbers the first noise is made of.</summary>
    public NoiseSource Noise { get; init; } = NoiseSource.Cpu;

    /// <summary>Whose random numbers samplers draw on the way, from the beginning of the seed; null: they go on where the first noise ends.</summary>
    public NoiseSource? StepNoise { get; init; }

    /// <summary>Whether the noise of a batch is one big draw of one seed; else every picture has a seed of its own.</summary>
    public bool DrawsBatchAtOnce { get; init; }

    public TimestepRounding Rounding { get; init; } = TimestepRounding.Interpolated;

    public StartScaling Start { get; init; } = StartScaling.Sigma;

    /// <summary>Keys of the samplers that walk there on latents of unit variance, and so begin with noise as it is drawn.</summary>
    public FrozenSet<string> UnitVariance { get; init; } = [];

    /// <summary>Keys of the samplers that go from the last level but one straight to 0; null: as <see cref="SamplerChoice.DropsPenultimate"/> has it.</summary>
    public FrozenSet<string>? DropsPenultimate { get; init; }

    /// <summary>
    /// The levels of samplers that have a list of their own there: by the sampler's key where it takes no schedule at all, by both keys
    /// ("dpmpp_2m/linspace") where it reads one schedule in its own way.
    /// </summary>
    public FrozenDictionary<string, Func<NoiseLevels, int, float[]>> OwnLevels { get; init; } = FrozenDictionary<string, Func<NoiseLevels, int, float[]>>.Empty;

    /// <summary>How many estimates a multistep sampler combines there, by key, where that is not what the sampler was made for.</summary>
    public FrozenDictionary<string, int> Orders { get; init; } = FrozenDictionary<string, int>.Empty;

    /// <summary>The rule of <see cref="OwnLevels"/> for a sampler with a schedule; null where it walks down the schedule's.</summary>
    public Func<NoiseLevels, int, float[]>? LevelsOf(string sampler, string schedule) =>
        OwnLevels.GetValueOrDefault($"{sampler}/{schedule}") ?? OwnLevels.GetValueOrDefault(sampler);

    /// <summary>The same noise settings with the random numbers of this program.</summary>
    public NoiseSettings Draw(NoiseSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings with { Source = Noise, StepSource = StepNoise, StepSeedDelta = 0 };
    }

    /// <summary>The timestep that the network is told for a sigma.</summary>
    public Func<float, float> TimestepOf(string sampler, NoiseLevels levels)
    {
        ArgumentNullException.ThrowIfNull(levels);
        return Rounding == TimestepRounding.Nearest || Rounding == TimestepRounding.NearestAtUnitVariance && UnitVariance.Contains(sampler)
            ? levels.NearestTimestep
            : levels.SigmaToTimestep;
    }

    /// <summary>Factor on the drawn noise where a picture begins from noise alone.</summary>
    /// <param name="sigma">The first of the sampler's levels.</param>
    public float StartScale(string sampler, string schedule, float sigma, NoiseLevels levels)
    {
        ArgumentNullException.ThrowIfNull(levels);
        bool isWhole = UnitVariance.Contains(sampler) || Start switch
        {
            StartScaling.VarianceAtTheTop => sigma >= levels.Max * (1 - 1e-5f),
            StartScaling.VarianceWhereLeading => schedule == "leading",
            _ => false,
        };
        return isWhole ? Deviation(sigma) : sigma;
    }

    /// <summary>Factor on the latent at the end: one of unit variance leaves the noise of the last level in it.</summary>
    /// <param name="sigma">The last of the sampler's levels, 0 in most schedules.</param>
    public float EndScale(string sampler, float sigma) => UnitVariance.Contains(sampler) ? 1 / Deviation(sigma) : 1;

    private static float Deviation(float sigma) => MathF.Sqrt((sigma * sigma) + 1);
}
