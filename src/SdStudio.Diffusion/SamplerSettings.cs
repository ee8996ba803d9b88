namespace SdStudio.Diffusion;

/// <summary>The knobs of samplers. Each heeds some of them and leaves the others aside; null and the defaults are what every program does unasked.</summary>
public sealed record SamplerSettings
{
    public static SamplerSettings Default { get; } = new();

    /// <summary>Noise that a step replaces: 0 none, 1 all that its rule allows. For TCD it is gamma. Null: as the sampler's authors have it.</summary>
    public float? Eta { get; init; }

    /// <summary>Noise that is added before steps, over all of them ("s_churn").</summary>
    public float Churn { get; init; }

    /// <summary>Lowest sigma at which <see cref="Churn"/> acts ("s_tmin").</summary>
    public float ChurnMin { get; init; }

    /// <summary>Highest sigma at which <see cref="Churn"/> acts ("s_tmax"); null: at all.</summary>
    public float? ChurnMax { get; init; }

    /// <summary>Factor on the noise that is drawn on the way ("s_noise").</summary>
    public float NoiseScale { get; init; } = 1;

    /// <summary>How many estimates a multistep rule combines, 1 to 4; null: as many as the sampler was made for.</summary>
    public int? Order { get; init; }

    /// <summary>What is wrong with them, for people; null where nothing is.</summary>
    public string? WhyNot() =>
        Eta is { } eta && !(eta is >= 0 and <= 1) ? "Eta is a share of the noise between 0 and 1. Leave it empty for the sampler's own."
        : !(Churn is >= 0 and <= 1000) ? "Churn is 0, for none, to 1000. Use a value such as 10."
        : !(ChurnMin >= 0) || !(ChurnMax is null or >= 0) ? "The limits of churn are sigmas, 0 or more."
        : !(NoiseScale is >= 0 and <= 10) ? "The noise scale is a factor between 0 and 10. Use 1, or a value close to it."
        : Order is < 1 or > 4 ? "The order of a sampler is 1 to 4. Leave it empty for the sampler's own."
        : null;
}
