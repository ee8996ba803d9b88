namespace SdStudio.Diffusion.Graphs.Blocks;

/// <summary>The lowest resolution of encoder and decoder: a residual block, attention of one head, a residual block.</summary>
internal static class VaeMiddle
{
    /// <param name="x">[batch, c, h, w]</param>
    /// <returns>[batch, c, h, w]</returns>
    public static Value Build(GraphBuilder g, WeightScope weights, Value x, int groups)
    {
        Value h = VaeResnetBlock.Build(g, weights["block_1"], x, groups);
        h = SelfAttention(g, weights["attn_1"], h, groups);
        h = VaeResnetBlock.Build(g, weights["block_2"], h, groups);
        return g.Mark(weights.Path, h);
    }

    private static Value SelfAttention(GraphBuilder g, WeightScope weights, Value x, int groups)
    {
        long channels = weights.SizeOf("norm.weight", 0);
        Value h = g.GroupNorm(x, weights["norm"], groups, VaeResnetBlock.Epsilon);

        // As in the UNet's transformers, the projections are 1x1 convolutions or linear layers.
        bool convolves = weights.ShapeOf("q.weight").Rank == 4;
        if (!convolves)
        {
            h = ToTokens(h);
        }

        Value mixed = g.Attention(Project("q"), Project("k"), Project("v"), heads: 1, channels);
        Value result = convolves
            ? g.Conv(ToMap(mixed), weights["proj_out"])
            : ToMap(g.Linear(mixed, weights["proj_out"]));
        return g.Add(x, result);

        Value Project(string name) => convolves ? ToTokens(g.Conv(h, weights[name])) : g.Linear(h, weights[name]);
        Value ToTokens(Value map) => g.Transpose(g.Reshape(map, 0, channels, -1), 0, 2, 1);  // [batch, h * w, c]
        Value ToMap(Value tokens) => g.ReshapeLike(g.Transpose(tokens, 0, 2, 1), x);
    }
}
