using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Sampling;

/// <summary>Heun's method: Euler's step, corrected by the slope at its end. Two evaluations a step.</summary>
internal static class Heun
{
    /// <summary>Algorithm 1 of Karras et al. 2022 (arXiv:2206.00364).</summary>
    public static Latent Sample(Denoiser denoise, Latent x, ReadOnlySpan<float> sigmas, SamplingContext context)
    {
        for (int i = 0; i < sigmas.Length - 1; i++)
        {
            float sigma = sigmas[i], sigmaNext = sigmas[i + 1];
            Latent denoised = denoise(x, sigma);
            context.Report(i, denoised);

            Latent slope = (x - denoised) / sigma;
            float step = sigmaNext - sigma;
            Latent ahead = x + (slope * step);
            if (sigmaNext > 0)
            {
                context.CancellationToken.ThrowIfCancellationRequested();
                Latent slopeAhead = (ahead - denoise(ahead, sigmaNext)) / sigmaNext;
                ahead = x + ((slope + slopeAhead) * (step / 2));
            }

            x = ahead;
        }

        return x;
    }
}
