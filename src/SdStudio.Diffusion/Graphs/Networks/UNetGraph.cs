using System.Globalization;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Graphs.Blocks;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Graphs.Networks;

/// <summary>
/// The noise predictor of Rombach et al. 2022 (arXiv:2112.10752). Levels, blocks on each, which of them have attention and how deep
/// it is: all of it is read from the names and shapes of the weights, so that families differ by data.
/// </summary>
internal static class UNetGraph
{
    public const string Sample = "sample", Timestep = "timestep", Context = "context", Label = "label", Result = "prediction";

    /// <summary>
    /// Inputs: sample [batch, c, h, w], timestep [batch], context [batch, tokens, dim], and where the weights have a label embedding
    /// label [batch, width]; output: prediction [batch, cOut, h, w].
    /// h and w are any: each level goes back to the size that it had on the way down.
    /// </summary>
    public static void Build(GraphBuilder g, UNetSettings settings)
    {
        WeightScope weights = g.Weights;
        int groups = settings.NormGroups;
        string channels = Text(weights.SizeOf("input_blocks.0.0.weight", 1)), outChannels = Text(weights.SizeOf("out.2.weight", 0));
        Value sample = g.Input(Sample, ElementType.Float32, "batch", channels, "h", "w");
        Value timestep = g.Input(Timestep, ElementType.Float32, "batch");
        Value context = g.ToPrecision(g.Input(Context, ElementType.Float32, "batch", "tokens", Text(ContextDimension(weights) ?? 1)));

        Value embedding = g.Mark("time_embed", TimestepEmbedding.Build(g, weights["time_embed"], timestep));
        if (LabelWidth(weights) is { } width)
        {
            Value label = g.ToPrecision(g.Input(Label, ElementType.Float32, "batch", Text(width)));
            embedding = g.Add(embedding, g.Mark("label_emb", LabelEmbedding.Build(g, weights["label_emb.0"], label)));
        }

        Value activated = g.Silu(embedding);

        int level = 0;
        Value h = g.Mark("input_blocks.0", g.Conv(g.ToPrecision(sample), weights["input_blocks.0.0"], padding: 1));
        Stack<Value> skips = new([h]);
        for (int i = 1; HasBlock(weights, "input_blocks", i); i++)
        {
            WeightScope block = weights[$"input_blocks.{i}"];
            if (block.Contains("0.op"))
            {
                h = g.Conv(h, block["0.op"], stride: 2, padding: 1);
                level++;
            }
            else
            {
                h = Layers(block, h);
            }

            skips.Push(g.Mark(block.Path, h));
        }

        WeightScope middle = weights["middle_block"];
        h = Layers(middle, h);
        int last = middle.Contains("2.in_layers.0") ? 2 : 1;
        h = g.Mark(middle.Path, ResnetBlock.Build(g, middle[Text(last)], h, activated, groups));

        for (int i = 0; skips.Count > 0; i++)
        {
            WeightScope block = weights[$"output_blocks.{i}"];
            h = Layers(block, g.Concat(1, h, skips.Pop()));
            WeightScope upsampler = block.Contains("2.conv") ? block["2.conv"] : block["1.conv"];
            if (upsampler.Contains("weight") && skips.Count > 0)
            {
                h = g.Conv(g.UpsampleNearestLike(h, skips.Peek()), upsampler, padding: 1);
                level--;
            }

            h = g.Mark(block.Path, h);
        }

        h = g.Silu(g.GroupNorm(h, weights["out.0"], groups, epsilon: 1e-5f));
        g.Output(Result, g.Conv(h, weights["out.2"], padding: 1), "batch", outChannels, "h", "w");

        // A residual block, and behind it attention where this place has it. A broken file may have more ups than downs; it fails where its shapes do not meet.
        Value Layers(WeightScope block, Value x)
        {
            x = ResnetBlock.Build(g, block["0"], x, activated, groups);
            return block.Contains("1.norm")
                ? SpatialTransformer.Build(g, block["1"], x, context, settings.HeadsPerLevel[Math.Clamp(level, 0, settings.HeadsPerLevel.Length - 1)], groups)
                : x;
        }
    }

    /// <summary>Width of the vectors that cross-attention reads; null where no layer has any.</summary>
    public static long? ContextDimension(WeightScope weights)
    {
        IEnumerable<string> blocks = Enumerable.Range(1, weights.CountOf(i => BlockName(weights, "input_blocks", i)))
            .Select(i => $"input_blocks.{i}.1.transformer_blocks.0.attn2.to_k").Append("middle_block.1.transformer_blocks.0.attn2.to_k");
        return blocks.Where(weights.Contains).Select(name => (long?)weights.SizeOf(name + ".weight", 1)).FirstOrDefault();
    }

    /// <summary>Width of the vector that is added to the timestep, for the whole text and the sizes of the picture; null where there is none.</summary>
    public static long? LabelWidth(WeightScope weights) => weights.Contains("label_emb.0.0") ? weights.SizeOf("label_emb.0.0.weight", 1) : null;

    private static bool HasBlock(WeightScope weights, string stack, int i) => weights.Contains(BlockName(weights, stack, i));

    /// <summary>The name of a layer that shows whether block i is there: the first in it is a convolution, a downsampler or a residual block.</summary>
    private static string BlockName(WeightScope weights, string stack, int i)
    {
        string block = $"{stack}.{i}.0";
        return weights.Contains(block) ? block : weights.Contains($"{block}.op") ? $"{block}.op" : $"{block}.in_layers.0";
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
