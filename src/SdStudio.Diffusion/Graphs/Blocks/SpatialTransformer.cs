namespace SdStudio.Diffusion.Graphs.Blocks;

/// <summary>Transformer blocks over the pixels of a feature map, with cross-attention to the prompt.</summary>
internal static class SpatialTransformer
{
    private const float GroupNormEpsilon = 1e-6f, LayerNormEpsilon = 1e-5f;

    /// <param name="x">[batch, c, h, w]</param>
    /// <param name="context">[batch, tokens, dim]</param>
    /// <returns>[batch, c, h, w]</returns>
    public static Value Build(GraphBuilder g, WeightScope weights, Value x, Value context, int heads, int groups)
    {
        Value h = g.GroupNorm(x, weights["norm"], groups, GroupNormEpsilon);

        // The projections are 1x1 convolutions in some checkpoints and linear layers in others; only the place of the reshape differs.
        bool convolves = weights.ShapeOf("proj_in.weight").Rank == 4;
        h = convolves
            ? ToTokens(g, g.Conv(h, weights["proj_in"]), weights)
            : g.Linear(ToTokens(g, h, weights), weights["proj_in"]);

        int depth = weights.CountOf(i => $"transformer_blocks.{i}.norm1");
        for (int i = 0; i < depth; i++)
        {
            h = TransformerBlock(g, weights[$"transformer_blocks.{i}"], h, context, heads);
        }

        h = convolves
            ? g.Conv(ToMap(g, h, x), weights["proj_out"])
            : ToMap(g, g.Linear(h, weights["proj_out"]), x);
        return g.Mark(weights.Path, g.Add(x, h));
    }

    private static Value TransformerBlock(GraphBuilder g, WeightScope weights, Value x, Value context, int heads)
    {
        Value h = g.LayerNorm(x, weights["norm1"], LayerNormEpsilon);
        x = g.Add(x, Attention.Build(g, weights["attn1"], h, h, heads));

        h = g.LayerNorm(x, weights["norm2"], LayerNormEpsilon);
        x = g.Add(x, Attention.Build(g, weights["attn2"], h, context, heads));

        h = g.LayerNorm(x, weights["norm3"], LayerNormEpsilon);
        return g.Mark(weights.Path, g.Add(x, FeedForward.Build(g, weights["ff"], h)));
    }

    private static Value ToTokens(GraphBuilder g, Value map, WeightScope weights) =>
        g.Transpose(g.Reshape(map, 0, weights.SizeOf("norm.weight", 0), -1), 0, 2, 1);  // [batch, h * w, c]

    private static Value ToMap(GraphBuilder g, Value tokens, Value like) =>
        g.ReshapeLike(g.Transpose(tokens, 0, 2, 1), like);  // [batch, c, h, w]
}
