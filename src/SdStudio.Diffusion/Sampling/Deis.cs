using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Sampling;

/// <summary>Diffusion exponential integrators, Zhang and Chen 2022 (arXiv:2204.13902): the noise estimate is a polynomial through the last ones, integrated exactly.</summary>
internal static class Deis
{
    private const int DefaultOrder = 3;

    /// <summary>
    /// tAB-DEIS, section 3.3: the polynomial is one in the time of a variance preserving process. The process is the one of the common
    /// implementation (sigma 0.002 to 80), and so are the integrals, sums over ten thousand points.
    /// </summary>
    public static Latent Sample(Denoiser denoise, Latent x, ReadOnlySpan<float> sigmas, SamplingContext context)
    {
        double[] times = Array.ConvertAll(sigmas.ToArray(), VariancePreservingTime.Of);
        List<Latent> slopes = [];
        for (int i = 0; i < sigmas.Length - 1; i++)
        {
            float sigma = sigmas[i], sigmaNext = sigmas[i + 1];
            Latent denoised = denoise(x, sigma);
            context.Report(i, denoised);

            slopes.Add((x - denoised) / sigma);
            int order = sigmaNext == 0 ? 1 : Math.Min(context.Order ?? DefaultOrder, i + 1);
            if (order == 1)
            {
                x += slopes[i] * (sigmaNext - sigma);
                continue;
            }

            double[] weights = VariancePreservingTime.Weights(times.AsSpan(i + 1 - order, order), times[i + 1]);
            for (int j = 0; j < order; j++)
            {
                x += slopes[i + 1 - order + j] * (float)weights[j];
            }
        }

        return x;
    }

    /// <summary>
    /// rhoAB-DEIS in ln sigma, second order, as diffusers has it: the integrals have closed forms. The first step is of first order, and
    /// the last where there are less than fifteen.
    /// </summary>
    public static Latent SampleLogRho(Denoiser denoise, Latent x, ReadOnlySpan<float> sigmas, SamplingContext context)
    {
        const int Few = 15;
        Latent? lastSlope = null;
        for (int i = 0; i < sigmas.Length - 1; i++)
        {
            float sigma = sigmas[i], sigmaNext = sigmas[i + 1];
            Latent denoised = denoise(x, sigma);
            context.Report(i, denoised);

            Latent slope = (x - denoised) / sigma;
            x += slope * (sigmaNext - sigma);
            bool isShortEnd = i + 2 == sigmas.Length && sigmas.Length <= Few;
            if (lastSlope is not null && sigmaNext > 0 && !isShortEnd)
            {
                // The integral of ln(s / sigma) ds, over the distance of the two slopes on that scale.
                double integral = (sigmaNext * (Math.Log((double)sigmaNext / sigma) - 1)) + sigma;
                x += (slope - lastSlope) * (float)(integral / Math.Log((double)sigma / sigmas[i - 1]));
            }

            lastSlope = slope;
        }

        return x;
    }
}
