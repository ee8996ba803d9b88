using System.Globalization;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Graphs.Blocks;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Graphs.Networks;

/// <summary>The second half of the autoencoder: latents to pixels.</summary>
internal static class VaeDecoderGraph
{
    public const string Latent = "latent", Image = "image";

    /// <summary>Input: latent [batch, c, h, w], already divided by the scaling factor; output: image [batch, 3, h * scale, w * scale], about -1..1.</summary>
    public static void Build(GraphBuilder g, VaeSettings settings)
    {
        int groups = settings.NormGroups;
        WeightScope all = g.Weights, weights = all["decoder"];
        Value h = g.ToPrecision(g.Input(Latent, ElementType.Float32, "batch", Text(LatentChannels(all)), "h", "w"));
        if (all.Contains("post_quant_conv"))
        {
            h = g.Mark("post_quant_conv", g.Conv(h, all["post_quant_conv"]));
        }

        h = g.Mark("decoder.conv_in", g.Conv(h, weights["conv_in"], padding: 1));
        h = VaeMiddle.Build(g, weights["mid"], h, groups);

        // Levels are numbered from the picture's side, so the lowest resolution comes last in the file and first here.
        for (int level = Levels(all) - 1; level >= 0; level--)
        {
            WeightScope up = weights[$"up.{level}"];
            int blocks = up.CountOf(i => $"block.{i}.conv1");
            for (int i = 0; i < blocks; i++)
            {
                h = VaeResnetBlock.Build(g, up[$"block.{i}"], h, groups);
            }

            if (up.Contains("upsample.conv"))
            {
                h = g.Conv(g.UpsampleNearest(h), up["upsample.conv"], padding: 1);
            }

            h = g.Mark(up.Path, h);
        }

        h = g.Silu(g.GroupNorm(h, weights["norm_out"], groups, VaeResnetBlock.Epsilon));
        g.Output(Image, g.Conv(h, weights["conv_out"], padding: 1), "batch", Text(weights.SizeOf("conv_out.weight", 0)), "height", "width");
    }

    /// <summary>Pixels a latent cell, in each direction.</summary>
    public static int Scale(WeightScope all)
    {
        int levels = Levels(all), scale = 1;
        for (int level = 0; level < levels; level++)
        {
            scale *= all.Contains($"decoder.up.{level}.upsample.conv") ? 2 : 1;
        }

        return scale;
    }

    public static long LatentChannels(WeightScope all) =>
        all.Contains("post_quant_conv") ? all.SizeOf("post_quant_conv.weight", 1) : all.SizeOf("decoder.conv_in.weight", 1);

    private static int Levels(WeightScope all) => all.CountOf(i => $"decoder.up.{i}.block.0.conv1");

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
