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
        double s = (double)sigma * sigma, n = (double)sigmaNext * sigmaNext;
        double up = Math.Min(sigmaNext, eta * Math.Sqrt(n * (s - n) / s));
        return ((float)Math.Sqrt(n - (up * up)), (float)up);
    }
}
