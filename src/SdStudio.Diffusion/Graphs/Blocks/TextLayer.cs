using SdStudio.Diffusion.Checkpoints;

namespace SdStudio.Diffusion.Graphs.Blocks;

/// <summary>One layer of CLIP's text transformer (Radford et al. 2021): each token sees itself and those before it.</summary>
internal static class TextLayer
{
    /// <param name="x">[batch, tokens, dim]</param>
    /// <returns>[batch, tokens, dim]</returns>
    public static Value Build(GraphBuilder g, WeightScope weights, Value x, Value causalMask, TextEncoderSettings settings)
    {
        WeightScope attention = weights["self_attn"];
        Value h = g.LayerNorm(x, weights["layer_norm1"], settings.LayerNormEpsilon);
        Value q = g.Linear(h, attention["q_proj"]);
        Value k = g.Linear(h, attention["k_proj"]);
        Value v = g.Linear(h, attention["v_proj"]);
        h = g.Attention(q, k, v, settings.Heads, attention.SizeOf("q_proj.weight", 0), causalMask);
        x = g.Add(x, g.Linear(h, attention["out_proj"]));

        h = g.Linear(g.LayerNorm(x, weights["layer_norm2"], settings.LayerNormEpsilon), weights["mlp.fc1"]);
        h = settings.Activation == TextActivation.QuickGelu ? g.QuickGelu(h) : g.Gelu(h);
        return g.Mark(weights.Path, g.Add(x, g.Linear(h, weights["mlp.fc2"])));
    }
}
