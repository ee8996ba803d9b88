using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Sampling;

/// <summary>Denoising diffusion implicit models, Song et al. 2020 (arXiv:2010.02502).</summary>
internal static class Ddim
{
    /// <summary>
    /// Equation 12, deterministic at eta 0, which is what people mean by DDIM; eta 1 gives DDPM. It is the step of diffusers'
    /// DDIMScheduler and of A1111's DDIM, with the latent divided by sqrt(alpha) as everywhere in this room: there the paper's
    /// sigma_t becomes the ancestral split, and the step without noise is Euler's. Those two programs differ in the list of
    /// timesteps, not in the step; here the list is the schedule's. diffusers leaves the noise of timestep 0 in the latent by
    /// default; a list that ends in that sigma instead of 0 does the same.
    /// </summary>
    public static Latent Sample(Denoiser denoise, Latent x, ReadOnlySpan<float> sigmas, SamplingContext context)
    {
        for (int i = 0; i < sigmas.Length - 1; i++)
        {
            float sigma = sigmas[i], sigmaNext = sigmas[i + 1];
            Latent denoised = denoise(x, sigma);
            context.Report(i, denoised);

            (float down, float up) = AncestralStep.Split(sigma, sigmaNext, context.Eta);
            Latent epsilon = (x - denoised) / sigma;
            x = denoised + (epsilon * down);
            if (up > 0)
            {
                x += context.Noise(sigma, sigmaNext) * (context.NoiseScale * up);
            }
        }

        return x;
    }
}
