namespace SdStudio.Diffusion.Sampling;

/// <summary>Where the noise comes from that a sampler adds between steps.</summary>
public enum StepNoise
{
    /// <summary>It adds none.</summary>
    None,

    /// <summary>Further draws of the generator that made the first noise.</summary>
    Independent,

    /// <summary>Increments of one Brownian path, the same at any number of steps.</summary>
    Brownian,
}
