using System.Globalization;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Graphs.Networks;

/// <summary>
/// TAESD's decoder (Boer Bohan 2023, github.com/madebyollin/taesd): latents to pixels by convolutions alone. Layers are numbered, and those without
/// weights have numbers too: 0 clamps, 2 is a ReLU, and a convolution behind an empty place stands behind an enlargement.
/// </summary>
internal static class TinyDecoderGraph
{
    public const string Latent = "latent", Image = "image";

    private const float LatentLimit = 3;
    private const int MostLayers = 64;

    /// <summary>Input: latent [batch, c, h, w] as the sampler sees it; output: image [batch, 3, h * scale, w * scale], about -1..1.</summary>
    public static void Build(GraphBuilder g)
    {
        WeightScope all = g.Weights;
        Value latent = g.Input(Latent, ElementType.Float32, "batch", Name(LatentChannels(all)), "h", "w");
        Value h = g.Relu(g.Conv(g.SoftClamp(g.ToPrecision(latent), LatentLimit), all["1"], padding: 1));
        int last = LastLayer(all);
        for (int layer = 3; layer <= last; layer++)
        {
            if (IsBlock(all, layer))
            {
                h = Block(g, all[Name(layer)], h);
            }
            else if (IsConvolution(all, layer))
            {
                h = g.Conv(IsEnlarged(all, layer) ? g.UpsampleNearest(h) : h, all[Name(layer)], padding: 1);
            }
        }

        // The network gives 0 to 1.
        g.Output(Image, g.Affine(h, 2, -1), "batch", Name(all.SizeOf(Name(last) + ".weight", 0)), "height", "width");
    }

    public static long LatentChannels(WeightScope all) => all.SizeOf("1.weight", 1);

    /// <summary>Pixels a latent cell, in each direction.</summary>
    public static int Scale(WeightScope all) => 1 << Enumerable.Range(3, MostLayers).Count(layer => IsConvolution(all, layer) && IsEnlarged(all, layer));

    /// <summary>Channels of the maps at full size.</summary>
    public static long Width(WeightScope all) => all.SizeOf(Name(LastLayer(all)) + ".weight", 1);

    private static Value Block(GraphBuilder g, WeightScope weights, Value x)
    {
        Value h = g.Relu(g.Conv(x, weights["conv.0"], padding: 1));
        h = g.Relu(g.Conv(h, weights["conv.2"], padding: 1));
        h = g.Conv(h, weights["conv.4"], padding: 1);
        Value skip = weights.Contains("skip") ? g.Conv(x, weights["skip"]) : x;
        return g.Relu(g.Add(h, skip));
    }

    private static bool IsBlock(WeightScope all, int layer) => all.Contains(Name(layer) + ".conv.0");

    private static bool IsConvolution(WeightScope all, int layer) => all.Contains(Name(layer));

    private static bool IsEnlarged(WeightScope all, int layer) => !IsBlock(all, layer - 1) && !IsConvolution(all, layer - 1);

    private static int LastLayer(WeightScope all) => Enumerable.Range(1, MostLayers).Last(layer => layer == 1 || IsConvolution(all, layer));

    private static string Name(long number) => number.ToString(CultureInfo.InvariantCulture);
}
