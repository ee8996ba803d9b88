using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Sampling;

/// <summary>Trajectory consistency distillation, Zheng et al. 2024 (arXiv:2402.19159).</summary>
internal static class Tcd
{
    /// <summary>
    /// Strategic stochastic sampling, algorithm 4: a jump to a timestep below the next, and back with fresh noise. <see cref="SamplingContext.Eta"/>
    /// is the paper's gamma, the share of the timesteps that is left out: 0 is deterministic, 1 jumps to the clean latent as LCM does.
    /// </summary>
    public static Latent Sample(Denoiser denoise, Latent x, ReadOnlySpan<float> sigmas, SamplingContext context)
    {
        for (int i = 0; i < sigmas.Length - 1; i++)
        {
            float sigma = sigmas[i], sigmaNext = sigmas[i + 1];
            Latent denoised = denoise(x, sigma);
            context.Report(i, denoised);

            double timestep = Math.Floor((1 - (double)(decimal)context.Eta) * context.Levels.NearestTimestep(sigmaNext));
            float down = Math.Min(sigmaNext, context.Levels.TimestepToSigma((float)timestep));
            Latent epsilon = (x - denoised) / sigma;
            x = denoised + (epsilon * down);
            if (sigmaNext > down)
            {
                float up = MathF.Sqrt((sigmaNext * sigmaNext) - (down * down));
                x += context.Noise(sigma, sigmaNext) * (context.NoiseScale * up);
            }
        }

        return x;
    }
}
