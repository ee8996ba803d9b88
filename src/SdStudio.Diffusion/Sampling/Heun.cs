using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Sampling;

/// <summary>Heun's method: Euler's step, corrected by the slope at its end.</summary>
internal static class Heun
{
    /// <summary>Algorithms 1 and 2 of Karras et al. 2022 (arXiv:2206.00364). Two evaluations a step.</summary>
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

    /// <summary>
    /// "Heun++ 2": the slope is a mean of those at the next two levels as well, weighted by sigma. Three evaluations a step, Heun's two
    /// in the last but one.
    /// </summary>
    public static Latent SamplePlusPlus(Denoiser denoise, Latent x, ReadOnlySpan<float> sigmas, SamplingContext context)
    {
        for (int i = 0; i < sigmas.Length - 1; i++)
        {
            (x, float sigma) = ChurnStep.Raise(x, sigmas, i, context);
            Latent denoised = denoise(x, sigma);
            context.Report(i, denoised);

            float sigmaNext = sigmas[i + 1], step = sigmaNext - sigma;
            Latent slope = (x - denoised) / sigma;
            if (i + 2 == sigmas.Length)
            {
                x += slope * step;
                continue;
            }

            Latent ahead = x + (slope * step);
            Latent slopeAhead = (ahead - denoise(ahead, sigmaNext)) / sigmaNext;
            bool isLastButOne = i + 3 == sigmas.Length;
            float sum = (isLastButOne ? 2 : 3) * sigmas[0], second = sigmaNext / sum, third = 0;
            Latent mean = slopeAhead * second;
            if (!isLastButOne)
            {
                float sigmaBeyond = sigmas[i + 2];
                Latent beyond = ahead + (slopeAhead * (sigmaBeyond - sigmaNext));
                third = sigmaBeyond / sum;
                mean += (beyond - denoise(beyond, sigmaBeyond)) / sigmaBeyond * third;
            }

            x += ((slope * (1 - second - third)) + mean) * step;
        }

        return x;
    }

    /// <summary>From one noise level to another; to 0 it is Euler's step.</summary>
    /// <param name="denoised">The estimate at <paramref name="x"/>.</param>
    public static Latent Step(Denoiser denoise, Latent x, Latent denoised, float sigma, float sigmaNext)
    {
        Latent slope = (x - denoised) / sigma;
        float step = sigmaNext - sigma;
        Latent ahead = x + (slope * step);
        if (sigmaNext == 0)
        {
            return ahead;
        }

        Latent slopeAhead = (ahead - denoise(ahead, sigmaNext)) / sigmaNext;
        return x + ((slope + slopeAhead) * (step / 2));
    }
}
