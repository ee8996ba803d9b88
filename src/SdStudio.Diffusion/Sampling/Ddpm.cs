using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Sampling;

/// <summary>Denoising diffusion probabilistic models, Ho et al. 2020 (arXiv:2006.11239).</summary>
internal static class Ddpm
{
    /// <summary>
    /// Ancestral sampling, algorithm 2, over a part of the timesteps: equations 6 and 7 give the mean and the variance of the next latent. With
    /// the latent divided by sqrt(alpha) they hold the two sigmas only.
    /// </summary>
    public static Latent Sample(Denoiser denoise, Latent x, ReadOnlySpan<float> sigmas, SamplingContext context)
    {
        for (int i = 0; i < sigmas.Length - 1; i++)
        {
            float sigma = sigmas[i], sigmaNext = sigmas[i + 1];
            Latent denoised = denoise(x, sigma);
            context.Report(i, denoised);

            double variance = (double)sigma * sigma, varianceNext = (double)sigmaNext * sigmaNext, share = varianceNext / variance;
            x = (denoised * (float)(1 - share)) + (x * (float)share);
            if (sigmaNext > 0)
            {
                x += context.Noise(sigma, sigmaNext) * (float)(context.NoiseScale * Math.Sqrt(share * (variance - varianceNext)));
            }
        }

        return x;
    }
}
