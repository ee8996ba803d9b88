namespace SdStudio.Diffusion;

/// <summary>How a seed becomes noise. The defaults are one picture, of its own seed, at its own size.</summary>
public sealed record NoiseSettings
{
    private const int LargestSide = 16384;
    private const int LargestBatch = 64;

    public static NoiseSettings Default { get; } = new();

    public NoiseSource Source { get; init; }

    /// <summary>Another seed, 0 or more, whose noise is mixed in ("subseed").</summary>
    public long VariationSeed { get; init; }

    /// <summary>Share of the way to the noise of <see cref="VariationSeed"/>, 0 to 1.</summary>
    public float VariationStrength { get; init; }

    /// <summary>Pixels; with <see cref="ResizeFromHeight"/> the size of another picture, whose noise stays in the middle of this one. 0: none.</summary>
    public int ResizeFromWidth { get; init; }

    /// <inheritdoc cref="ResizeFromWidth"/>
    public int ResizeFromHeight { get; init; }

    /// <summary>What is added to the seed for the noise that samplers draw on the way (A1111's "eta noise seed delta"); 0: they go on where the first noise ends.</summary>
    public int StepSeedDelta { get; init; }

    /// <summary>Source of the noise that samplers draw on the way, from the beginning of the seed; null: they go on where the first noise ends.</summary>
    public NoiseSource? StepSource { get; init; }

    /// <summary>Pictures of which the noise is one big draw, as ComfyUI does; 1 where every picture has a seed of its own.</summary>
    public int BatchSize { get; init; } = 1;

    /// <summary>Which of the batch this picture is, from 0.</summary>
    public int BatchIndex { get; init; }

    /// <summary>What is wrong with them, for people; null where nothing is.</summary>
    public string? WhyNot(long seed) =>
        !Enum.IsDefined(Source) || StepSource is { } step && !Enum.IsDefined(step) ? "There is no such source of noise. Choose Cpu or Nvidia."
        : VariationSeed < 0 ? "A variation seed is 0 or more."
        : !(VariationStrength is >= 0 and <= 1) ? "The strength of a variation is between 0 and 1."
        : ResizeFromWidth is < 0 or > LargestSide || ResizeFromHeight is < 0 or > LargestSide ? $"The size that a seed is resized from has sides of at most {LargestSide} pixels."
        : seed + StepSeedDelta is < 0 ? "The seed with its delta for later noise is less than 0."
        : BatchSize is < 1 or > LargestBatch || BatchIndex < 0 || BatchIndex >= BatchSize ? $"A batch has 1 to {LargestBatch} pictures, and this picture is one of them."
        : null;
}
