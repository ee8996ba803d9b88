namespace SdStudio.Diffusion.Graphs;

/// <summary>Ways to write softmax(q k^T / sqrt(d)) v.</summary>
internal enum AttentionForm
{
    /// <summary>One MultiHeadAttention node, which never holds the whole score matrix.</summary>
    Fused,

    /// <summary>Two matrix products and a softmax; right everywhere, with a [batch, heads, tokens, tokens] buffer.</summary>
    Decomposed,
}
