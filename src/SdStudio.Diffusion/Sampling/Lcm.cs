using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Sampling;

/// <summary>Multistep sampling of consistency models (Song et al. 2023, arXiv:2303.01469, algorithm 1; Luo et al. 2023, arXiv:2310.04378).</summary>
internal static class Lcm
{
    /// <summary>
    /// Every step jumps to the clean latent and back to the next noise level with fresh noise. The boundary condition of the second paper,
    /// which keeps a share of the latent near timestep 0, is left out: at timestep 19, the lowest of its models, it is 7 parts in a million.
    /// </summary>
    public static Latent Sample(Denoiser denoise, Latent x, ReadOnlySpan<float> sigmas, SamplingContext context)
    {
        for (int i = 0; i < sigmas.Length - 1; i++)
        {
            float sigma = sigmas[i], sigmaNext = sigmas[i + 1];
            Latent denoised = denoise(x, sigma);
            context.Report(i, denoised);
            x = sigmaNext > 0 ? denoised + (context.Noise(sigma, sigmaNext) * (context.NoiseScale * sigmaNext)) : denoised;
        }

        return x;
    }
}
