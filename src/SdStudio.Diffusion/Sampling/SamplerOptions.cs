namespace SdStudio.Diffusion.Sampling;

/// <summary>Which of a recipe's <see cref="SamplerSettings"/> a sampler heeds.</summary>
[Flags]
public enum SamplerOptions
{
    None = 0,

    /// <summary>How much of the noise is replaced in a step.</summary>
    Eta = 1,

    /// <summary>Factor on the noise that is drawn.</summary>
    NoiseScale = 2,

    /// <summary>Noise before steps, and its limits.</summary>
    Churn = 4,

    /// <summary>How many estimates are combined.</summary>
    Order = 8,
}
