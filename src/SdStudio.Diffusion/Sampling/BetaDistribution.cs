namespace SdStudio.Diffusion.Sampling;

/// <summary>The symmetric beta distribution on 0 to 1, whose density is proportional to (x (1 - x))^(shape - 1).</summary>
internal static class BetaDistribution
{
    /// <summary>Below which value a share <paramref name="p"/> of the distribution lies, to 1e-12.</summary>
    public static double Quantile(double p, double shape)
    {
        if (p > 0.5)
        {
            return 1 - Quantile(1 - p, shape);
        }

        double wanted = p * 2 * Mass(0.5, shape), low = 0, high = 0.5;
        while (high - low > 1e-13)
        {
            double middle = (low + high) / 2;
            (low, high) = Mass(middle, shape) < wanted ? (middle, high) : (low, middle);
        }

        // The upper end, so that a half is a half: what is rounded to whole timesteps afterwards would go the wrong way.
        return high;
    }

    /// <summary>The incomplete beta function as a power series, which converges quickly up to x = 1/2.</summary>
    private static double Mass(double x, double shape)
    {
        double sum = 0, term = Math.Pow(x, shape);
        for (int n = 0; n < 50; n++)
        {
            sum += term / (shape + n);
            term *= x * (1 - shape + n) / (n + 1);
        }

        return sum;
    }
}
