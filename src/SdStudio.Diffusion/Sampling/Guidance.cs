using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Sampling;

/// <summary>Classifier-free guidance, Ho and Salimans 2022 (arXiv:2207.12598).</summary>
public static class Guidance
{
    /// <param name="scale">1 gives the conditional prediction; more goes further away from the unconditional one.</param>
    public static Latent Combine(Latent conditional, Latent unconditional, float scale) =>
        unconditional + ((conditional - unconditional) * scale);
}
