using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Sampling;

/// <summary>Euler's method on the probability flow equation dx/dsigma = (x - denoised) / sigma, and its ancestral form.</summary>
internal static class Euler
{
    /// <summary>Algorithm 2 of Karras et al. 2022 (arXiv:2206.00364) without its second order.</summary>
    public static Latent Sample(Denoiser denoise, Latent x, ReadOnlySpan<float> sigmas, SamplingContext context)
    {
        for (int i = 0; i < sigmas.Length - 1; i++)
        {
            (x, float sigma) = ChurnStep.Raise(x, sigmas, i, context);
            Latent denoised = denoise(x, sigma);
            context.Report(i, denoised);

            Latent slope = (x - denoised) / sigma;
            x += slope * (sigmas[i + 1] - sigma);
        }

        return x;
    }

    /// <summary>k-diffusion's "Euler a": every step overshoots and adds fresh noise, so the picture keeps changing with more steps.</summary>
    public static Latent SampleAncestral(Denoiser denoise, Latent x, ReadOnlySpan<float> sigmas, SamplingContext context)
    {
        for (int i = 0; i < sigmas.Length - 1; i++)
        {
            float sigma = sigmas[i], sigmaNext = sigmas[i + 1];
            Latent denoised = denoise(x, sigma);
            context.Report(i, denoised);

            (float down, float up) = AncestralStep.Split(sigma, sigmaNext, context.Eta);
            Latent slope = (x - denoised) / sigma;
            x += slope * (down - sigma);
            if (sigmaNext > 0)
            {
                // Drawn at eta 0 as well: the generator moves on by one draw a step whatever the options are.
                x += context.Noise(sigma, sigmaNext) * (context.NoiseScale * up);
            }
        }

        return x;
    }
}
