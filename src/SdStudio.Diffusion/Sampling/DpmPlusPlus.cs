using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Sampling;

/// <summary>The DPM-Solver++ samplers of Lu et al. 2022 (arXiv:2211.01095), written in sigma rather than lambda = -ln(sigma).</summary>
internal static class DpmPlusPlus
{
    /// <summary>DPM-Solver++(2M): multistep, second order, deterministic. Algorithm 2.</summary>
    public static Latent Sample2M(Denoiser denoise, Latent x, ReadOnlySpan<float> sigmas, SamplingContext context)
    {
        Latent? lastDenoised = null;
        double lastH = 0;

        for (int i = 0; i < sigmas.Length - 1; i++)
        {
            float sigma = sigmas[i], sigmaNext = sigmas[i + 1];
            Latent denoised = denoise(x, sigma);
            context.Report(i, denoised);

            if (sigmaNext == 0)
            {
                return denoised;
            }

            // h is the step in lambda, so exp(-h) is the ratio of the two noise levels.
            double h = Math.Log((double)sigma / sigmaNext);
            Latent target = denoised;
            if (lastDenoised is not null)
            {
                double r = lastH / h;
                target += (denoised - lastDenoised) * (float)(1 / (2 * r));
            }

            double decay = (double)sigmaNext / sigma;
            x = (x * (float)decay) + (target * (float)(1 - decay));
            (lastDenoised, lastH) = (denoised, h);
        }

        return x;
    }

    /// <summary>DPM-Solver++(2S) with k-diffusion's ancestral noise: a second estimate half way in lambda. Algorithm 1 with r = 1/2. Two evaluations a step.</summary>
    public static Latent Sample2SAncestral(Denoiser denoise, Latent x, ReadOnlySpan<float> sigmas, SamplingContext context)
    {
        for (int i = 0; i < sigmas.Length - 1; i++)
        {
            float sigma = sigmas[i], sigmaNext = sigmas[i + 1];
            Latent denoised = denoise(x, sigma);
            context.Report(i, denoised);

            (float down, float up) = AncestralStep.Split(sigma, sigmaNext, context.Eta);
            if (down == 0)
            {
                x = denoised;
            }
            else
            {
                float sigmaMiddle = Lambda.Between(sigma, down);
                Latent middle = Toward(x, denoised, (double)sigmaMiddle / sigma);
                x = Toward(x, denoise(middle, sigmaMiddle), (double)down / sigma);
            }

            if (sigmaNext > 0)
            {
                x += context.Noise(sigma, sigmaNext) * (context.NoiseScale * up);
            }
        }

        return x;
    }

    /// <summary>Keeps a share of the noise: the step of first order, which is DDIM's.</summary>
    internal static Latent Toward(Latent x, Latent denoised, double share) => (x * (float)share) + (denoised * (float)(1 - share));
}
