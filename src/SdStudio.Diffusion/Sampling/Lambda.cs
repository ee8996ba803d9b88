using SdStudio.Diffusion.Random;

namespace SdStudio.Diffusion.Sampling;

/// <summary>
/// Noise on the scale of lambda = -ln(sigma), which ascends while a picture forms. In single precision and with the bits of the common
/// programs: the noise of SDE samplers belongs to a sigma, and another last bit of it would be other noise.
/// </summary>
internal static class Lambda
{
    public static float Of(float sigma) => -(float)Math.Log(sigma);

    public static float ToSigma(float lambda) => CephesMath.Exp(-lambda);

    /// <summary>Half way between two sigmas on this scale: their geometric mean.</summary>
    public static float Between(float sigma, float sigmaNext)
    {
        float lambda = Of(sigma);
        return ToSigma(lambda + ((Of(sigmaNext) - lambda) * 0.5f));
    }
}
