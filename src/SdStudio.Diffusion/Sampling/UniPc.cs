using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Sampling;

/// <summary>
/// The unified predictor-corrector of Zhao et al. 2023 (arXiv:2302.04867), for estimates of the clean latent. The evaluation that the next
/// step needs anyway corrects the last one, so a step costs one.
/// </summary>
internal static class UniPc
{
    private const int DefaultOrder = 3;

    /// <summary>With B(h) = h. To sigma 0 that would be infinite; there the step of first order is exact.</summary>
    public static Latent SampleBh1(Denoiser denoise, Latent x, ReadOnlySpan<float> sigmas, SamplingContext context) =>
        Sample(denoise, x, sigmas, context, minusH => minusH);

    /// <summary>With B(h) = exp(h) - 1.</summary>
    public static Latent SampleBh2(Denoiser denoise, Latent x, ReadOnlySpan<float> sigmas, SamplingContext context) =>
        Sample(denoise, x, sigmas, context, minusH => Math.Exp(minusH) - 1);

    /// <summary>Algorithms 5 to 8; towards the end the order falls to one.</summary>
    private static Latent Sample(Denoiser denoise, Latent x, ReadOnlySpan<float> sigmas, SamplingContext context, Func<double, double> b)
    {
        List<Latent> estimates = [];
        int steps = sigmas.Length - 1, order = 1;
        Latent before = x;
        for (int i = 0; i < steps; i++)
        {
            estimates.Add(denoise(x, sigmas[i]));
            context.Report(i, estimates[i]);
            if (i > 0)
            {
                // The corrector takes the last step again, now with the estimate at its end among the supporting ones.
                x = Step(before, sigmas, i - 1, estimates, [.. Enumerable.Range(i - order, order - 1), i], b);
            }

            order = Math.Min(Math.Min(context.Order ?? DefaultOrder, i + 1), steps - i);
            before = x;
            x = sigmas[i + 1] == 0 ? estimates[i] : Step(x, sigmas, i, estimates, [.. Enumerable.Range(i + 1 - order, order - 1)], b);
        }

        return x;
    }

    /// <summary>Equations 3 and 9: the exponential integrator, and what the differences to other estimates say about its change.</summary>
    /// <param name="from">The step goes from this sigma to the next.</param>
    /// <param name="support">Indices of the estimates that take part, all but that of <paramref name="from"/>.</param>
    private static Latent Step(Latent x, ReadOnlySpan<float> sigmas, int from, List<Latent> estimates, int[] support, Func<double, double> b)
    {
        double minusH = Math.Log((double)sigmas[from + 1] / sigmas[from]);
        double[] ratios = new double[support.Length];
        for (int k = 0; k < ratios.Length; k++)
        {
            ratios[k] = Math.Log((double)sigmas[from] / sigmas[support[k]]) / -minusH;
        }

        Latent next = DpmPlusPlus.Toward(x, estimates[from], Math.Exp(minusH));
        double[] weights = Weights(ratios, minusH, b);
        for (int k = 0; k < ratios.Length; k++)
        {
            next -= (estimates[support[k]] - estimates[from]) * (float)(weights[k] / ratios[k]);
        }

        return next;
    }

    /// <summary>
    /// Solves equation 5, in which B(h) cancels out. A single weight is a half of B(h) instead, as in the authors' code: there alone B(h) makes a difference.
    /// </summary>
    /// <param name="ratios">Places of the supporting estimates, in units of the step and from its start.</param>
    private static double[] Weights(double[] ratios, double minusH, Func<double, double> b)
    {
        if (ratios.Length == 1)
        {
            return [b(minusH) / 2];
        }

        // The moments i! phi_i, and the powers of the ratios that the weights have to turn into them.
        int n = ratios.Length;
        double[] weights = new double[n];
        double[][] powers = new double[n][];
        double phi = ((Math.Exp(minusH) - 1) / minusH) - 1, factorial = 1;
        for (int i = 0; i < n; i++)
        {
            int power = i;
            powers[i] = Array.ConvertAll(ratios, ratio => Math.Pow(ratio, power));
            weights[i] = phi * factorial;
            factorial *= i + 2;
            phi = (phi / minusH) - (1 / factorial);
        }

        Eliminate(powers, weights);
        return weights;
    }

    /// <summary>Gauss and Jordan; <paramref name="right"/> becomes the solution. The diagonal of powers of different ratios never vanishes.</summary>
    private static void Eliminate(double[][] rows, double[] right)
    {
        for (int pivot = 0; pivot < right.Length; pivot++)
        {
            for (int row = 0; row < right.Length; row++)
            {
                double factor = row == pivot ? 0 : rows[row][pivot] / rows[pivot][pivot];
                right[row] -= factor * right[pivot];
                for (int column = 0; column < right.Length; column++)
                {
                    rows[row][column] -= factor * rows[pivot][column];
                }
            }
        }

        for (int row = 0; row < right.Length; row++)
        {
            right[row] /= rows[row][row];
        }
    }
}
