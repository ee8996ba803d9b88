using System.Globalization;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Graphs.Blocks;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Graphs.Networks;

/// <summary>CLIP's text transformer (Radford et al. 2021, arXiv:2103.00020). Padding tokens take part: diffusion models were trained so.</summary>
internal static class ClipTextGraph
{
    public const string Ids = "ids", Kept = "kept", Vectors = "vectors", Result = "states";

    /// <summary>Input: ids [batch, tokens], int64; output: states [batch, tokens, dim], through the final layer normalisation.</summary>
    /// <param name="layers">How many layers run; leaving the last ones out is what "clip skip" means, and costs nothing here.</param>
    public static void Build(GraphBuilder g, TextEncoderSettings settings, int layers)
    {
        WeightScope weights = g.Weights["text_model"];
        (long tokens, long dimension) = (Tokens(g.Weights), Dimension(g.Weights));
        Value ids = g.Input(Ids, ElementType.Int64, "batch", Text(tokens));

        Value h = g.Add(Words(g, ids, tokens, dimension), g.Table(weights["embeddings.position_embedding"]));
        Value mask = g.CausalMask(tokens);
        for (int i = 0; i < layers; i++)
        {
            h = TextLayer.Build(g, weights[$"encoder.layers.{i}"], h, mask, settings);
        }

        h = g.LayerNorm(h, weights["final_layer_norm"], settings.LayerNormEpsilon);
        g.Output(Result, h, "batch", Text(tokens), Text(dimension));
    }

    /// <summary>The vectors of tokens, and those that are given in place of them. Further inputs: kept [batch, tokens, 1], 1 or 0; vectors [batch, tokens, dim], 0 where kept.</summary>
    private static Value Words(GraphBuilder g, Value ids, long tokens, long dimension)
    {
        Value kept = g.ToPrecision(g.Input(Kept, ElementType.Float32, "batch", Text(tokens), "1"));
        Value vectors = g.ToPrecision(g.Input(Vectors, ElementType.Float32, "batch", Text(tokens), Text(dimension)));
        return g.Add(g.Multiply(g.Embedding(ids, g.Weights["text_model"]["embeddings.token_embedding"]), kept), vectors);
    }

    public static int Layers(WeightScope all) => all.CountOf(i => $"text_model.encoder.layers.{i}.layer_norm1");

    /// <summary>Tokens a chunk, 77 in every known model.</summary>
    public static long Tokens(WeightScope all) => all.SizeOf("text_model.embeddings.position_embedding.weight", 0);

    public static long Dimension(WeightScope all) => all.SizeOf("text_model.embeddings.position_embedding.weight", 1);

    /// <summary>Number of known token ids.</summary>
    public static long Vocabulary(WeightScope all) => all.SizeOf("text_model.embeddings.token_embedding.weight", 0);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
