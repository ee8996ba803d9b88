namespace SdStudio.Diffusion.Graphs.Blocks;

/// <summary>The VAE's residual block: as the UNet's, without a timestep.</summary>
internal static class VaeResnetBlock
{
    internal const float Epsilon = 1e-6f;

    /// <param name="x">[batch, cIn, h, w]</param>
    /// <returns>[batch, cOut, h, w]</returns>
    public static Value Build(GraphBuilder g, WeightScope weights, Value x, int groups)
    {
        Value h = g.Conv(g.Silu(g.GroupNorm(x, weights["norm1"], groups, Epsilon)), weights["conv1"], padding: 1);
        h = g.Conv(g.Silu(g.GroupNorm(h, weights["norm2"], groups, Epsilon)), weights["conv2"], padding: 1);
        Value skip = weights.Contains("nin_shortcut") ? g.Conv(x, weights["nin_shortcut"]) : x;
        return g.Add(skip, h);
    }
}
