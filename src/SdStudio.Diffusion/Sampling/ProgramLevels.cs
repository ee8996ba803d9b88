namespace SdStudio.Diffusion.Sampling;

/// <summary>Lists of levels that samplers have of their own in one program or another.</summary>
internal static class ProgramLevels
{
    public static IEnumerable<KeyValuePair<string, Func<NoiseLevels, int, float[]>>> For(IEnumerable<string> keys, Func<NoiseLevels, int, float[]> rule) =>
        keys.Select(key => KeyValuePair.Create(key, rule));

    /// <summary>
    /// A1111's DDIM and PLMS: timesteps 1, 1 + 1000/n and so on, however many that makes; the network is not asked about the lowest, which is
    /// only gone to. A single step would be none there, and the picture noise; here it is taken.
    /// </summary>
    public static float[] FromTheFirst(NoiseLevels levels, int steps)
    {
        int stride = Math.Max(levels.Sigmas.Length / steps, 1), count = Count(levels, steps);
        float[] sigmas = new float[count];
        for (int i = 0; i < count; i++)
        {
            sigmas[i] = levels.Sigmas[Math.Min(((count - 1 - i) * stride) + 1, levels.LastTimestep)];
        }

        return count > 1 ? [.. sigmas.Distinct()] : [sigmas[0], 0];
    }

    /// <summary>
    /// A1111's UniPC: evenly spaced in time to the lowest level, in as many steps as the list above has entries. Between whole timesteps the
    /// logarithm of alpha is interpolated.
    /// </summary>
    public static float[] EvenTime(NoiseLevels levels, int steps)
    {
        int count = Count(levels, steps);
        float[] sigmas = new float[count + 1];
        for (int i = 0; i <= count; i++)
        {
            double timestep = levels.LastTimestep * (1 - (i / (double)count));
            int low = Math.Min((int)timestep, levels.LastTimestep - 1);
            double share = timestep - low;
            sigmas[i] = (float)Math.Sqrt(Math.Exp(((1 - share) * LogVariance(levels.Sigmas[low])) + (share * LogVariance(levels.Sigmas[low + 1]))) - 1);
        }

        return sigmas;
    }

    /// <summary>diffusers' multistep schedulers: whole timesteps from the last to the first at the distances of one step more; the lowest is left out.</summary>
    public static float[] LinspaceOfOneMore(NoiseLevels levels, int steps)
    {
        // Multiplied after the division, as there: halves fall to one side or the other by the last bit.
        double distance = levels.LastTimestep / (double)steps;
        return Descending(levels, steps, i => (int)Math.Round((steps - i) * distance));
    }

    /// <summary>The same with distances that are whole and end with timestep 1.</summary>
    public static float[] LeadingOfOneMore(NoiseLevels levels, int steps)
    {
        int distance = Math.Max(levels.Sigmas.Length / (steps + 1), 1);
        return Descending(levels, steps, i => Math.Min(((steps - i) * distance) + 1, levels.LastTimestep));
    }

    private static float[] Descending(NoiseLevels levels, int steps, Func<int, int> timestepAt) =>
        [.. Enumerable.Range(0, steps).Select(i => levels.Sigmas[timestepAt(i)]).Distinct(), 0];

    /// <summary>How many multiples of the whole distance lie in the table.</summary>
    private static int Count(NoiseLevels levels, int steps)
    {
        int stride = Math.Max(levels.Sigmas.Length / steps, 1);
        return (levels.Sigmas.Length + stride - 1) / stride;
    }

    /// <summary>Minus the logarithm of alpha.</summary>
    private static double LogVariance(double sigma) => Math.Log((sigma * sigma) + 1);
}
