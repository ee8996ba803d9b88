namespace SdStudio.Diffusion.Graphs.Blocks;

/// <summary>The gated feed-forward layer GEGLU of Shazeer 2020 (arXiv:2002.05202).</summary>
internal static class FeedForward
{
    /// <param name="x">[batch, tokens, c]</param>
    /// <returns>[batch, tokens, c]</returns>
    public static Value Build(GraphBuilder g, WeightScope weights, Value x)
    {
        (Value hidden, Value gate) = g.Halves(g.Linear(x, weights["net.0.proj"]));
        return g.Linear(g.Multiply(hidden, g.Gelu(gate)), weights["net.2"]);
    }
}
