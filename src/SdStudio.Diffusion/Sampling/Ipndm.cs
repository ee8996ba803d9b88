using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Sampling;

/// <summary>Improved pseudo linear multistep, Zhang and Chen 2022 (arXiv:2204.13902, section 4), on the slopes dx/dsigma. One evaluation a step.</summary>
internal static class Ipndm
{
    /// <summary>With the weights of even steps, whatever the schedule is.</summary>
    public static Latent Sample(Denoiser denoise, Latent x, ReadOnlySpan<float> sigmas, SamplingContext context)
    {
        List<Latent> slopes = [];
        for (int i = 0; i < sigmas.Length - 1; i++)
        {
            Latent denoised = denoise(x, sigmas[i]);
            context.Report(i, denoised);

            slopes.Add((x - denoised) / sigmas[i]);
            x += AdamsBashforth.Slope(slopes, context.Order ?? AdamsBashforth.MaxOrder) * (sigmas[i + 1] - sigmas[i]);
        }

        return x;
    }

    /// <summary>
    /// With weights for uneven steps ("iPNDM_v"). From the third order on they are not those of Adams and Bashforth, which <see cref="Lms"/>
    /// has: the common implementation misplaces a bracket and an index, so that its weights do not add up to one where steps grow quickly. Pictures are made with those.
    /// </summary>
    public static Latent SampleVariable(Denoiser denoise, Latent x, ReadOnlySpan<float> sigmas, SamplingContext context)
    {
        List<Latent> slopes = [];
        for (int i = 0; i < sigmas.Length - 1; i++)
        {
            Latent denoised = denoise(x, sigmas[i]);
            context.Report(i, denoised);

            slopes.Add((x - denoised) / sigmas[i]);
            int order = Math.Min(context.Order ?? AdamsBashforth.MaxOrder, slopes.Count);
            double[] weights = Weights(sigmas[(i + 1 - order)..(i + 2)]);
            float step = sigmas[i + 1] - sigmas[i];
            for (int j = 0; j < order; j++)
            {
                x += slopes[^(j + 1)] * (float)(step * weights[j]);
            }
        }

        return x;
    }

    /// <param name="sigmas">From the oldest slope's to the goal's.</param>
    /// <returns>Weights of the slopes, the newest first.</returns>
    private static double[] Weights(ReadOnlySpan<float> sigmas)
    {
        if (sigmas.Length == 2)
        {
            return [1];
        }

        double h = (double)sigmas[^1] - sigmas[^2], h1 = (double)sigmas[^2] - sigmas[^3];
        double[] weights = [1 + (h / h1 / 2), -(h / h1) / 2, 0, 0];
        if (sigmas.Length >= 4)
        {
            double h2 = (double)sigmas[^3] - sigmas[^4];
            double third = (1 - (h / (3 * (h + h1)) * (h * (h + h1)) / (h1 * (h1 + h2)))) / 2;
            weights[0] += third;
            weights[1] -= (1 + (h1 / h2)) * third;
            weights[2] += h1 / h2 * third;
        }

        if (sigmas.Length >= 5)
        {
            double h2 = (double)sigmas[^3] - sigmas[^4], h3 = (double)sigmas[^4] - sigmas[^5];
            double ratio = h1 * (h1 + h2) / (h2 * (h2 + h3));
            double fourth = (((1 - (h / (3 * (h + h1)))) / 2) + ((1 - (h / (2 * (h + h1)))) * h / (6 * (h + h1 + h2))))
                * (h * (h + h1) * (h + h1 + h2)) / (h1 * (h1 + h2) * (h1 + h2 + h3));
            weights[0] += fourth;
            weights[1] -= (1 + (h1 / h2) + ratio) * fourth;
            weights[2] += ((h1 / h2) + (ratio * (1 + (h2 / h3)))) * fourth;
            weights[3] -= ratio * h1 / h2 * fourth;
        }

        return weights;
    }
}
