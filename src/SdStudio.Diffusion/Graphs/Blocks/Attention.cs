namespace SdStudio.Diffusion.Graphs.Blocks;

/// <summary>Attention with learned projections: of a sequence to itself, or to a prompt.</summary>
internal static class Attention
{
    /// <param name="x">[batch, tokens, c]</param>
    /// <param name="context">[batch, context tokens, dim]; <paramref name="x"/> itself for self-attention.</param>
    /// <returns>[batch, tokens, c]</returns>
    public static Value Build(GraphBuilder g, WeightScope weights, Value x, Value context, int heads)
    {
        Value q = g.Linear(x, weights["to_q"]);
        Value k = g.Linear(context, weights["to_k"]);
        Value v = g.Linear(context, weights["to_v"]);
        Value h = g.Attention(q, k, v, heads, channels: weights.SizeOf("to_q.weight", 0));
        return g.Linear(h, weights["to_out.0"]);
    }
}
