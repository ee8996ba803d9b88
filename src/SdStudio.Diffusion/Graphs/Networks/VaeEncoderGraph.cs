using System.Globalization;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Graphs.Blocks;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Graphs.Networks;

/// <summary>The first half of the autoencoder: pixels to the mean and variance of a latent.</summary>
internal static class VaeEncoderGraph
{
    public const string Image = "image", Mean = "mean", LogVariance = "logvar";

    /// <summary>Input: image [batch, 3, height, width], -1..1; outputs: mean and logvar [batch, c, h, w], not scaled; logvar within -30..20.</summary>
    public static void Build(GraphBuilder g, VaeSettings settings)
    {
        int groups = settings.NormGroups;
        WeightScope all = g.Weights, weights = all["encoder"];
        Value h = g.ToPrecision(g.Input(Image, ElementType.Float32, "batch", Text(weights.SizeOf("conv_in.weight", 1)), "height", "width"));
        h = g.Conv(h, weights["conv_in"], padding: 1);

        int levels = Levels(all);
        for (int level = 0; level < levels; level++)
        {
            WeightScope down = weights[$"down.{level}"];
            int blocks = down.CountOf(i => $"block.{i}.conv1");
            for (int i = 0; i < blocks; i++)
            {
                h = VaeResnetBlock.Build(g, down[$"block.{i}"], h, groups);
            }

            if (down.Contains("downsample.conv"))
            {
                // Trained with one column and one row of zeros at the right and bottom only.
                h = g.Conv(h, down["downsample.conv"], stride: 2, padding: [0, 0, 1, 1]);
            }

            g.Mark(down.Path, h);
        }

        h = VaeMiddle.Build(g, weights["mid"], h, groups);
        h = g.Silu(g.GroupNorm(h, weights["norm_out"], groups, VaeResnetBlock.Epsilon));
        h = g.Conv(h, weights["conv_out"], padding: 1);
        if (all.Contains("quant_conv"))
        {
            h = g.Conv(h, all["quant_conv"]);
        }

        (Value mean, Value logVariance) = g.Halves(h, axis: 1);
        string channels = Text(LatentChannels(all));
        g.Output(Mean, mean, "batch", channels, "h", "w");
        g.Output(LogVariance, g.Clamp(logVariance, -30, 20), "batch", channels, "h", "w");
    }

    /// <summary>Pixels a latent cell, in each direction.</summary>
    public static int Scale(WeightScope all)
    {
        int levels = Levels(all), scale = 1;
        for (int level = 0; level < levels; level++)
        {
            scale *= all.Contains($"encoder.down.{level}.downsample.conv") ? 2 : 1;
        }

        return scale;
    }

    public static long LatentChannels(WeightScope all) =>
        (all.Contains("quant_conv") ? all.SizeOf("quant_conv.weight", 0) : all.SizeOf("encoder.conv_out.weight", 0)) / 2;

    private static int Levels(WeightScope all) => all.CountOf(i => $"encoder.down.{i}.block.0.conv1");

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
