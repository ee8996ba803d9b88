using System.Globalization;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Graphs.Blocks;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Graphs.Networks;

/// <summary>CLIP's text transformer (Radford et al. 2021, arXiv:2103.00020). Padding tokens take part: diffusion models were trained so.</summary>
internal static class ClipTextGraph
{
    public const string Ids = "ids", Kept = "kept", Vectors = "vectors", End = "end", Result = "states", Pooled = "pooled";

    /// <summary>
    /// Input: ids [batch, tokens], int64; output: states [batch, tokens, dim], through the final layer normalisation where the settings ask for it.
    /// Where they ask for a vector for the whole text, all layers run: one more input is the place of the end token, end [batch, 1], int64, one
    /// more output pooled [batch, dim].
    /// </summary>
    /// <param name="layers">The layer that gives the states; leaving the last ones out is what "clip skip" means.</param>
    public static void Build(GraphBuilder g, TextEncoderSettings settings, int layers)
    {
        WeightScope weights = g.Weights["text_model"];
        (long tokens, long dimension) = (Tokens(g.Weights), Dimension(g.Weights));
        Value ids = g.Input(Ids, ElementType.Int64, "batch", Text(tokens));

        Value h = g.Add(Words(g, ids, tokens, dimension), g.Table(weights["embeddings.position_embedding"]));
        Value mask = g.CausalMask(tokens);
        h = Run(0, layers, h);
        g.Output(Result, settings.NormalizesStates ? Normal(h) : h, "batch", Text(tokens), Text(dimension));
        if (settings.Pools)
        {
            Value end = g.Input(End, ElementType.Int64, "batch", "1");
            Value last = g.RowAt(Normal(Run(layers, Layers(g.Weights), h)), end);
            g.Output(Pooled, g.Linear(last, g.Weights["text_projection"]), "batch", Text(g.Weights.SizeOf("text_projection.weight", 0)));
        }

        Value Normal(Value x) => g.LayerNorm(x, weights["final_layer_norm"], settings.LayerNormEpsilon);

        Value Run(int from, int to, Value x)
        {
            for (int i = from; i < to; i++)
            {
                x = TextLayer.Build(g, weights[$"encoder.layers.{i}"], x, mask, settings);
            }

            return x;
        }
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
