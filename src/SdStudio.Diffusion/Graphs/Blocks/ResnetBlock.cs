namespace SdStudio.Diffusion.Graphs.Blocks;

/// <summary>The UNet's residual block: two convolutions with the timestep embedding added between them.</summary>
internal static class ResnetBlock
{
    private const float Epsilon = 1e-5f;

    /// <param name="x">[batch, cIn, h, w]</param>
    /// <param name="timeEmbedding">[batch, cTime], already through its SiLU, which all blocks share.</param>
    /// <returns>[batch, cOut, h, w]; cOut is read from the weights.</returns>
    public static Value Build(GraphBuilder g, WeightScope weights, Value x, Value timeEmbedding, int groups)
    {
        Value h = g.GroupNorm(x, weights["in_layers.0"], groups, Epsilon);
        h = g.Conv(g.Silu(h), weights["in_layers.2"], padding: 1);

        Value shift = g.Linear(timeEmbedding, weights["emb_layers.1"]);  // [batch, cOut]
        h = g.Add(h, g.Unsqueeze(shift, 2, 3));                          // [batch, cOut, h, w]

        h = g.GroupNorm(h, weights["out_layers.0"], groups, Epsilon);
        h = g.Conv(g.Silu(h), weights["out_layers.3"], padding: 1);

        Value skip = weights.Contains("skip_connection") ? g.Conv(x, weights["skip_connection"]) : x;
        return g.Mark(weights.Path, g.Add(skip, h));
    }
}
