namespace SdStudio.Diffusion.Sampling;

/// <summary>The schedules on offer.</summary>
public static class Schedules
{
    private const double KarrasRho = 7;

    /// <summary>Of the beta distribution that the authors of "beta" recommend.</summary>
    private const double BetaShape = 0.6;

    public static IReadOnlyList<Schedule> All { get; } =
    [
        new("normal", "Normal", Normal),
        new("karras", "Karras", (levels, steps) => KarrasBetween(levels.Min, levels.Max, steps)),
        new("exponential", "Exponential", (levels, steps) => Polyexponential(levels, steps, rho: 1)),
        new("polyexponential", "Polyexponential", (levels, steps) => Polyexponential(levels, steps, rho: 1)),
        new("sgm_uniform", "SGM Uniform", SgmUniform),
        new("simple", "Simple", Simple),
        new("ddim_uniform", "DDIM", DdimUniform),
        new("beta", "Beta", Beta),
        new("beta_timesteps", "Beta timesteps", BetaTimesteps),
        new("ays", "Align Your Steps", (levels, steps) => Interpolate(levels.Aligned.AlignYourSteps, steps)),
        new("ays_32", "Align Your Steps 32", (levels, steps) => Interpolate(levels.Aligned.AlignYourSteps32, steps)),
        new("ays_gits", "Align Your Steps GITS", (levels, steps) => Interpolate(levels.Aligned.Gits, steps)),
        new("kl_optimal", "KL Optimal", KlOptimal),
        new("linear_quadratic", "Linear Quadratic", LinearQuadratic),
        new("turbo", "Turbo", Turbo),
        new("trailing", "Trailing", Trailing),
        new("leading", "Leading", Leading),
        new("linspace", "Linspace", Linspace),
        new("lcm", "LCM", Distilled),
    ];

    public static Schedule? Find(string key) => All.FirstOrDefault(schedule => schedule.Key == key);

    /// <summary>Evenly spaced in sigma^(1/rho): small steps where detail is decided. Karras et al. 2022 (arXiv:2206.00364), equation 5.</summary>
    internal static float[] KarrasBetween(float sigmaMin, float sigmaMax, int steps, double rho = KarrasRho)
    {
        double max = Math.Pow(sigmaMax, 1 / rho), min = Math.Pow(sigmaMin, 1 / rho);
        return Descending(steps, share => (float)Math.Pow(max + (share * (min - max)), rho));
    }

    /// <summary>Evenly spaced in (log sigma)^(1/rho); 1, the usual rho, makes it "exponential".</summary>
    internal static float[] Polyexponential(NoiseLevels levels, int steps, double rho)
    {
        double max = Math.Log(levels.Max), min = Math.Log(levels.Min);
        return Descending(steps, share => (float)Math.Exp((Math.Pow(1 - share, rho) * (max - min)) + min));
    }

    /// <summary>Evenly spaced in time, both ends included: A1111's "Uniform", ComfyUI's "normal".</summary>
    private static float[] Normal(NoiseLevels levels, int steps) =>
        Descending(steps, share => levels.TimestepToSigma((float)(levels.LastTimestep * (1 - share))));

    /// <summary>Evenly spaced in time without the quiet end, so that the last step covers as much as the others: what distilled models were trained on.</summary>
    private static float[] SgmUniform(NoiseLevels levels, int steps) =>
        Each(steps, i => levels.TimestepToSigma((float)(levels.LastTimestep * (1 - (i / (double)steps)))));

    /// <summary>Entries of the table at even distances, from the noisiest; the least noisy are left out (ComfyUI's "simple").</summary>
    private static float[] Simple(NoiseLevels levels, int steps)
    {
        double distance = levels.Sigmas.Length / (double)steps;
        return Each(steps, i => levels.Sigmas[^(1 + (int)(i * distance))]);
    }

    /// <summary>Every so many entries of the table from its second on, however many that makes: the first DDIM's timesteps.</summary>
    private static float[] DdimUniform(NoiseLevels levels, int steps)
    {
        int stride = Math.Max(levels.Sigmas.Length / steps, 1), count = (levels.LastTimestep + stride - 1) / stride;
        return Each(count, i => levels.Sigmas[1 + ((count - 1 - i) * stride)]);
    }

    /// <summary>
    /// Quantiles of a beta distribution, close together at both ends: Lee et al. 2024 (arXiv:2407.12173). A1111 takes them for shares of
    /// the largest sigma ...
    /// </summary>
    private static float[] Beta(NoiseLevels levels, int steps) =>
        Descending(steps, share => levels.Min + ((levels.Max - levels.Min) * (float)BetaDistribution.Quantile(1 - share, BetaShape)));

    /// <summary>... and ComfyUI, as the paper, for shares of the time.</summary>
    private static float[] BetaTimesteps(NoiseLevels levels, int steps) =>
        Each(steps, i => levels.Sigmas[(int)Math.Round(levels.LastTimestep * BetaDistribution.Quantile(1 - (i / (double)steps), BetaShape))]);

    /// <summary>Interpolates levels linearly in their logarithm.</summary>
    private static float[] Interpolate(IReadOnlyList<float> known, int steps) => Ascending(steps, share =>
    {
        double at = (1 - share) * (known.Count - 1);
        int low = Math.Min((int)at, known.Count - 2);
        return (float)Math.Exp(Math.Log(known[low]) + ((at - low) * Math.Log((double)known[low + 1] / known[low])));
    });

    /// <summary>Evenly spaced in arctan(sigma), which minimises an upper bound of the divergence: Sabour et al. 2024 (arXiv:2404.14507), theorem 3.1. It ends in the lowest level, not in 0.</summary>
    private static float[] KlOptimal(NoiseLevels levels, int steps)
    {
        double max = Math.Atan(levels.Max), min = Math.Atan(levels.Min);
        return [.. Enumerable.Range(0, steps + 1).Select(i => (float)Math.Tan(max + (i / (double)steps * (min - max))))];
    }

    /// <summary>Half of the steps take away the first fortieth of the noise evenly, the others the rest, ever faster: Genmo's Mochi, ComfyUI's "linear_quadratic".</summary>
    private static float[] LinearQuadratic(NoiseLevels levels, int steps)
    {
        const double Threshold = 0.025;
        int linear = steps / 2, quadratic = steps - linear;
        double rest = linear - (Threshold * steps), slope = Threshold / Math.Max(linear, 1);
        double curve = rest / (Math.Max(linear, 1) * (double)quadratic * quadratic), straight = slope - (2 * rest / ((double)quadratic * quadratic));
        return Each(steps, i => (float)(levels.Max * (1 - (i < linear || steps == 1 ? slope * i : (curve * i * i) + (straight * i) + (curve * linear * linear)))));
    }

    /// <summary>Whole timesteps at even distances that begin with the last one: diffusers' "trailing" ...</summary>
    private static float[] Trailing(NoiseLevels levels, int steps)
    {
        double distance = levels.Sigmas.Length / (double)steps;
        return Each(steps, i => levels.Sigmas[Math.Max((int)Math.Round(levels.Sigmas.Length - (i * distance)) - 1, 0)]);
    }

    /// <summary>... and Forge's "Turbo", which rounds halves the other way.</summary>
    private static float[] Turbo(NoiseLevels levels, int steps)
    {
        double distance = levels.Sigmas.Length / (double)steps;
        return Each(steps, i => levels.Sigmas[Math.Max((int)Math.Round(((steps - i) * distance) - 1), 0)]);
    }

    /// <summary>Whole timesteps at even distances that end with timestep 1, as Stable Diffusion's configurations have it: diffusers' "leading".</summary>
    private static float[] Leading(NoiseLevels levels, int steps)
    {
        int distance = Math.Max(levels.Sigmas.Length / steps, 1);
        return Each(steps, i => levels.Sigmas[Math.Clamp(((steps - 1 - i) * distance) + 1, 0, levels.LastTimestep)]);
    }

    /// <summary>Whole timesteps from the last to the first: diffusers' "linspace".</summary>
    private static float[] Linspace(NoiseLevels levels, int steps) =>
        Ascending(steps, share => levels.Sigmas[(int)Math.Round(levels.LastTimestep * share)]);

    /// <summary>Of the fifty timesteps that consistency models are distilled at, every so many: diffusers' LCM and TCD.</summary>
    private static float[] Distilled(NoiseLevels levels, int steps)
    {
        int grid = Math.Min(50, levels.Sigmas.Length), distance = levels.Sigmas.Length / grid;
        return Each(steps, i => levels.Sigmas[((grid - (int)((long)i * grid / steps)) * distance) - 1]);
    }

    /// <param name="sigmaAt">From the share of the way down, 0 to 1; a single step begins at the top.</param>
    private static float[] Descending(int steps, Func<double, float> sigmaAt) =>
        Each(steps, i => sigmaAt(steps == 1 ? 0 : i / (double)(steps - 1)));

    /// <param name="sigmaAt">From the share of the way up, 0 to 1; a single step begins at the bottom.</param>
    private static float[] Ascending(int steps, Func<double, float> sigmaAt) =>
        Each(steps, i => sigmaAt(steps == 1 ? 0 : (steps - 1 - i) / (double)(steps - 1)));

    private static float[] Each(int steps, Func<int, float> sigmaAt) => [.. Enumerable.Range(0, steps).Select(sigmaAt), 0];
}
