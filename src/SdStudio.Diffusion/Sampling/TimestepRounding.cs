namespace SdStudio.Diffusion.Sampling;

/// <summary>Which timestep a program tells the network for a sigma that lies between those of the table.</summary>
public enum TimestepRounding
{
    /// <summary>A fraction: <see cref="NoiseLevels.SigmaToTimestep"/>.</summary>
    Interpolated,

    /// <summary>The nearest whole one: <see cref="NoiseLevels.NearestTimestep"/>.</summary>
    Nearest,

    /// <summary>The nearest whole one where the sampler walks on latents of unit variance and keeps a list of timesteps; a fraction where it walks along sigmas.</summary>
    NearestAtUnitVariance,
}
