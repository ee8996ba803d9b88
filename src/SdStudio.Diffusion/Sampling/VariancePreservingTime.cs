namespace SdStudio.Diffusion.Sampling;

/// <summary>
/// The time of the variance preserving process of Song et al. 2021 (arXiv:2011.13456), whose beta rises linearly, scaled so that sigma
/// goes from 0.002 at time 0.001 to 80 at time 1. The constants go through single precision, as where the numbers come from.
/// </summary>
internal static class VariancePreservingTime
{
    private const int Points = 10_000;
    private const float First = 0.001f;

    private static readonly float s_rise = 2 * ((MathF.Log(1 + (0.002f * 0.002f)) / First) - MathF.Log(1 + (80f * 80f))) / (First - 1);
    private static readonly float s_start = MathF.Log(1 + (80f * 80f)) - (0.5f * s_rise);

    public static double Of(float sigma)
    {
        double root = Math.Sqrt(((double)s_start * s_start) + (2 * s_rise * Math.Log(((double)sigma * sigma) + 1)));
        return (root - s_start) / s_rise;
    }

    /// <summary>Integrals of dsigma times the polynomials that are 1 at one of the times and 0 at the others.</summary>
    /// <param name="times">Oldest first; the step begins at the last.</param>
    /// <param name="end">Where the step ends.</param>
    public static double[] Weights(ReadOnlySpan<double> times, double end)
    {
        double[] weights = new double[times.Length];
        double start = times[^1];
        for (int point = 0; point < Points; point++)
        {
            double time = start + ((end - start) * point / (Points - 1));
            double slope = SigmaSlope(time);
            for (int j = 0; j < times.Length; j++)
            {
                weights[j] += slope * Product(times, j, time);
            }
        }

        for (int j = 0; j < times.Length; j++)
        {
            weights[j] *= (end - start) / Points / Product(times, j, times[j]);
        }

        return weights;
    }

    /// <summary>The polynomial that is 0 at all times but one.</summary>
    private static double Product(ReadOnlySpan<double> times, int but, double at)
    {
        double product = 1;
        for (int k = 0; k < times.Length; k++)
        {
            product *= k == but ? 1 : at - times[k];
        }

        return product;
    }

    private static double SigmaSlope(double time)
    {
        double alpha = Math.Exp(-(0.5 * s_rise * time * time) - (s_start * time));
        return 0.5 * ((s_rise * time) + s_start) / Math.Sqrt(alpha * (1 - alpha));
    }
}
