namespace SdStudio.Diffusion.Sampling;

/// <summary>A step that goes below its goal and climbs back with fresh noise.</summary>
internal static class AncestralStep
{
    /// <summary>
    /// Splits the step so that the variances add up to <paramref name="sigmaNext"/> squared: the deterministic part ends at
    /// Down, then noise of deviation Up is added. With eta 1 that is the posterior of DDPM (Ho et al. 2020).
    /// </summary>
    public static (float Down, float Up) Split(float sigma, float sigmaNext, float eta)
    {
        // In single precision, although two close numbers are subtracted where the noise is strong: pictures are made with what that gives.
        float s = sigma * sigma, n = sigmaNext * sigmaNext;
        float up = Math.Min(sigmaNext, eta * MathF.Sqrt(n * (s - n) / s));
        return (MathF.Sqrt(n - (up * up)), up);
    }
}
