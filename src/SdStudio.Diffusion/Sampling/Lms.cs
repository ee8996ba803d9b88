using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Sampling;

/// <summary>Linear multistep: Adams and Bashforth's method for the uneven steps of a schedule, after Crowson's k-diffusion.</summary>
internal static class Lms
{
    private const int DefaultOrder = 4;

    /// <summary>The slope is taken for a polynomial in sigma through the last slopes and integrated over the step.</summary>
    public static Latent Sample(Denoiser denoise, Latent x, ReadOnlySpan<float> sigmas, SamplingContext context)
    {
        List<Latent> slopes = [];
        for (int i = 0; i < sigmas.Length - 1; i++)
        {
            float sigma = sigmas[i], sigmaNext = sigmas[i + 1];
            Latent denoised = denoise(x, sigma);
            context.Report(i, denoised);

            slopes.Add((x - denoised) / sigma);
            int order = Math.Min(context.Order ?? DefaultOrder, slopes.Count);
            ReadOnlySpan<float> nodes = sigmas.Slice(i + 1 - order, order);
            for (int j = 0; j < order; j++)
            {
                x += slopes[i + 1 - order + j] * (float)Weight(nodes, j, sigma, sigmaNext);
            }
        }

        return x;
    }

    /// <summary>The integral over the step of the polynomial that is 1 at node <paramref name="j"/> and 0 at the others.</summary>
    private static double Weight(ReadOnlySpan<float> nodes, int j, double from, double to)
    {
        // Gauss's two points are exact up to the third degree.
        double middle = (from + to) / 2, half = (to - from) / 2, offset = half / Math.Sqrt(3);
        return half * (Lagrange(nodes, j, middle - offset) + Lagrange(nodes, j, middle + offset));
    }

    private static double Lagrange(ReadOnlySpan<float> nodes, int j, double at)
    {
        double product = 1;
        for (int k = 0; k < nodes.Length; k++)
        {
            product *= k == j ? 1 : (at - nodes[k]) / ((double)nodes[j] - nodes[k]);
        }

        return product;
    }
}
