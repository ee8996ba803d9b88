namespace SdStudio.Diffusion.Random;

/// <summary>The generators by their names in recipes.</summary>
public static class NoiseSources
{
    /// <summary>A generator at the beginning of a seed.</summary>
    public static INoiseSource Start(this NoiseSource source, long seed) => source switch
    {
        NoiseSource.Cpu => new MersenneNoise(seed),
        NoiseSource.Nvidia => new PhiloxNoise(seed),
        _ => throw new ArgumentOutOfRangeException(nameof(source), source, "There is no such source of noise."),
    };
}
