using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Sampling;

/// <summary>
/// The midpoint method of Karras et al. 2022 (arXiv:2206.00364, appendix D), with the middle on the scale of DPM-Solver-2 (Lu et al. 2022,
/// arXiv:2206.00927). Two evaluations a step.
/// </summary>
internal static class Dpm2
{
    public static Latent Sample(Denoiser denoise, Latent x, ReadOnlySpan<float> sigmas, SamplingContext context)
    {
        for (int i = 0; i < sigmas.Length - 1; i++)
        {
            (x, float sigma) = ChurnStep.Raise(x, sigmas, i, context);
            Latent denoised = denoise(x, sigma);
            context.Report(i, denoised);
            x = Step(denoise, x, denoised, sigma, sigmas[i + 1]);
        }

        return x;
    }

    /// <summary>"DPM2 a": the step goes below its goal, and fresh noise brings it back.</summary>
    public static Latent SampleAncestral(Denoiser denoise, Latent x, ReadOnlySpan<float> sigmas, SamplingContext context)
    {
        for (int i = 0; i < sigmas.Length - 1; i++)
        {
            float sigma = sigmas[i], sigmaNext = sigmas[i + 1];
            Latent denoised = denoise(x, sigma);
            context.Report(i, denoised);

            (float down, float up) = AncestralStep.Split(sigma, sigmaNext, context.Eta);
            x = Step(denoise, x, denoised, sigma, down);
            if (sigmaNext > 0)
            {
                x += context.Noise(sigma, sigmaNext) * (context.NoiseScale * up);
            }
        }

        return x;
    }

    private static Latent Step(Denoiser denoise, Latent x, Latent denoised, float sigma, float sigmaNext)
    {
        Latent slope = (x - denoised) / sigma;
        if (sigmaNext == 0)
        {
            return x + (slope * (sigmaNext - sigma));
        }

        float sigmaMiddle = Lambda.Between(sigma, sigmaNext);
        Latent middle = x + (slope * (sigmaMiddle - sigma));
        Latent slopeMiddle = (middle - denoise(middle, sigmaMiddle)) / sigmaMiddle;
        return x + (slopeMiddle * (sigmaNext - sigma));
    }
}
