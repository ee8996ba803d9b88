namespace SdStudio.Diffusion.Graphs.Blocks;

/// <summary>The timestep as a vector: sinusoids as in Vaswani et al. 2017 (arXiv:1706.03762), cosines first, then a small network.</summary>
internal static class TimestepEmbedding
{
    private const float LongestPeriod = 10000;

    /// <param name="timestep">[batch], float32, may lie between two training timesteps.</param>
    /// <returns>[batch, cTime]</returns>
    public static Value Build(GraphBuilder g, WeightScope weights, Value timestep)
    {
        int channels = (int)weights.SizeOf("0.weight", 1);
        Value sinusoids = g.Mark($"{weights.Path}.sinusoids", g.Sinusoids(timestep, Frequencies(channels / 2)));
        Value h = g.Linear(g.ToPrecision(sinusoids), weights["0"]);
        return g.Linear(g.Silu(h), weights["2"]);
    }

    /// <summary>
    /// exp(-ln(10000) i / count). Networks were trained on float32 frequencies: forming them in double changes the angle of a late
    /// timestep by 5e-5.
    /// </summary>
    internal static float[] Frequencies(int count)
    {
        float[] frequencies = new float[count];
        for (int i = 0; i < count; i++)
        {
            frequencies[i] = MathF.Exp(-MathF.Log(LongestPeriod) * i / count);
        }

        return frequencies;
    }
}
