using System.Collections.Immutable;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>How a UNet is put together: all that its weight names depend on.</summary>
/// <param name="LayersPerBlock">Residual blocks of a level on the way down; one more on the way up.</param>
/// <param name="TransformerDepths">Transformer blocks after each residual block of a level, highest resolution first; 0 is a level without attention.</param>
/// <param name="MiddleDepth">Transformer blocks in the middle.</param>
/// <param name="HasLabelEmbedding">Whether more than the timestep is added to every block, as in Stable Diffusion XL.</param>
public sealed record UNetLayout(int LayersPerBlock, ImmutableArray<int> TransformerDepths, int MiddleDepth, bool HasLabelEmbedding)
{
    private const int MostBlocks = 64;

    /// <summary>Number of resolutions.</summary>
    public int Levels => TransformerDepths.Length;

    /// <summary>Reads the layout off the original checkpoint's weight names, without prefix.</summary>
    public static UNetLayout FromNames(Func<string, bool> contains)
    {
        ArgumentNullException.ThrowIfNull(contains);

        // The block after a level's last residual block halves the resolution; a UNet of one level has none.
        int firstDown = Enumerable.Range(1, MostBlocks).FirstOrDefault(n => contains($"input_blocks.{n}.0.op.weight"));
        int layers = firstDown > 0
            ? firstDown - 1
            : Count(n => contains($"input_blocks.{n + 1}.0.in_layers.2.weight"));
        int downs = firstDown > 0 ? Count(n => contains($"input_blocks.{firstDown * (n + 1)}.0.op.weight")) : 0;

        return new UNetLayout(
            layers,
            [.. Enumerable.Range(0, downs + 1).Select(level => Depth($"input_blocks.{1 + level * (layers + 1)}.1"))],
            Depth("middle_block.1"),
            contains("label_emb.0.0.weight"));

        int Depth(string module) => Count(n => contains($"{module}.transformer_blocks.{n}.norm1.weight"));
    }

    /// <summary>The same, off the names that diffusers gives.</summary>
    public static UNetLayout FromDiffusersNames(Func<string, bool> contains)
    {
        ArgumentNullException.ThrowIfNull(contains);
        int levels = Count(level => contains($"down_blocks.{level}.resnets.0.conv1.weight"));
        return new UNetLayout(
            Count(layer => contains($"down_blocks.0.resnets.{layer}.conv1.weight")),
            [.. Enumerable.Range(0, Math.Max(1, levels)).Select(level => Depth($"down_blocks.{level}.attentions.0"))],
            Depth("mid_block.attentions.0"),
            contains("add_embedding.linear_1.weight"));

        int Depth(string module) => Count(n => contains($"{module}.transformer_blocks.{n}.norm1.weight"));
    }

    private static int Count(Func<int, bool> exists) => Enumerable.Range(0, MostBlocks).TakeWhile(exists).Count();
}
