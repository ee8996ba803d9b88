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

            // A schedule finer than its table repeats a level: no way to go, and no slope for the next step to learn.
            if (sigmaNext == sigma)
            {
                continue;
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

    /// <summary>SDE-DPM-Solver++(2M), midpoint form: as 2M, but each step also replaces some of the noise. Appendix B, equation 19 on.</summary>
    public static Latent Sample2MSde(Denoiser denoise, Latent x, ReadOnlySpan<float> sigmas, SamplingContext context)
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

            // A schedule finer than its table repeats a level: no way to go, and no slope for the next step to learn.
            if (sigmaNext == sigma)
            {
                continue;
            }

            double h = Math.Log((double)sigma / sigmaNext);
            double etaH = context.Eta * h;
            double gain = 1 - Math.Exp(-h - etaH);
            x = (x * (float)(sigmaNext / sigma * Math.Exp(-etaH))) + (denoised * (float)gain);
            if (lastDenoised is not null)
            {
                double r = lastH / h;
                x += (denoised - lastDenoised) * (float)(0.5 * gain / r);
            }

            if (context.Eta > 0)
            {
                double fresh = sigmaNext * Math.Sqrt(1 - Math.Exp(-2 * etaH)) * context.NoiseScale;
                x += context.Noise(sigma, sigmaNext) * (float)fresh;
            }

            (lastDenoised, lastH) = (denoised, h);
        }

        return x;
    }
}
