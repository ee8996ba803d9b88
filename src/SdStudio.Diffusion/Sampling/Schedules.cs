namespace SdStudio.Diffusion.Sampling;

/// <summary>The schedules on offer.</summary>
public static class Schedules
{
    public static IReadOnlyList<Schedule> All { get; } =
    [
        new("normal", "Normal", Normal),
        new("karras", "Karras", Karras),
        new("exponential", "Exponential", Exponential),
        new("sgm_uniform", "SGM Uniform", SgmUniform),
        new("simple", "Simple", Simple),
    ];

    public static Schedule? Find(string key) => All.FirstOrDefault(schedule => schedule.Key == key);

    /// <summary>Evenly spaced in time, both ends included: A1111's "Uniform", ComfyUI's "normal".</summary>
    private static float[] Normal(NoiseLevels levels, int steps) =>
        Descending(steps, share => levels.TimestepToSigma((float)((levels.Sigmas.Length - 1) * (1 - share))));

    /// <summary>Evenly spaced in time without the quiet end, so that the last step covers as much as the others: what distilled models were trained on.</summary>
    private static float[] SgmUniform(NoiseLevels levels, int steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        float[] sigmas = new float[steps + 1];
        for (int i = 0; i < steps; i++)
        {
            sigmas[i] = levels.TimestepToSigma((float)((levels.Sigmas.Length - 1) * (1 - (i / (double)steps))));
        }

        return sigmas;
    }

    /// <summary>Evenly spaced in sigma^(1/7): small steps where detail is decided. Karras et al. 2022 (arXiv:2206.00364), equation 5.</summary>
    private static float[] Karras(NoiseLevels levels, int steps)
    {
        const double Rho = 7;
        double max = Math.Pow(levels.Max, 1 / Rho), min = Math.Pow(levels.Min, 1 / Rho);
        return Descending(steps, share => (float)Math.Pow(max + (share * (min - max)), Rho));
    }

    /// <summary>Evenly spaced in log sigma.</summary>
    private static float[] Exponential(NoiseLevels levels, int steps)
    {
        double max = Math.Log(levels.Max), min = Math.Log(levels.Min);
        return Descending(steps, share => (float)Math.Exp(max + (share * (min - max))));
    }

    /// <summary>Entries of the table at even distances, from the noisiest; the least noisy are left out (ComfyUI's "simple"). With more steps than entries some stand twice.</summary>
    private static float[] Simple(NoiseLevels levels, int steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        float[] sigmas = new float[steps + 1];
        double distance = levels.Sigmas.Length / (double)steps;
        for (int i = 0; i < steps; i++)
        {
            sigmas[i] = levels.Sigmas[^(1 + (int)(i * distance))];
        }

        return sigmas;
    }

    /// <param name="sigmaAt">From the share of the way, 0 to 1.</param>
    private static float[] Descending(int steps, Func<double, float> sigmaAt)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        float[] sigmas = new float[steps + 1];
        for (int i = 0; i < steps; i++)
        {
            sigmas[i] = sigmaAt(steps == 1 ? 0 : i / (double)(steps - 1));
        }

        return sigmas;
    }
}
