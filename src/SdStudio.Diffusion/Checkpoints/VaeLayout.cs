namespace SdStudio.Diffusion.Checkpoints;

/// <summary>How a VAE is put together: all that its weight names depend on.</summary>
/// <param name="Levels">Number of resolutions; each but the last halves the picture.</param>
/// <param name="LayersPerBlock">Residual blocks of a level in the encoder; one more in the decoder.</param>
/// <param name="HasAttention">Whether the middle attends.</param>
public sealed record VaeLayout(int Levels, int LayersPerBlock, bool HasAttention)
{
    private const int MostBlocks = 64;

    /// <summary>Of every known Stable Diffusion, for a checkpoint without a VAE.</summary>
    public static VaeLayout Usual { get; } = new(Levels: 4, LayersPerBlock: 2, HasAttention: true);

    /// <summary>Pixels of a picture's side per latent cell.</summary>
    public int Factor => 1 << (Levels - 1);

    /// <summary>Reads the layout off the original checkpoint's weight names, without prefix.</summary>
    public static VaeLayout FromNames(Func<string, bool> contains)
    {
        ArgumentNullException.ThrowIfNull(contains);
        int levels = Count(n => contains($"decoder.up.{n}.block.0.conv1.weight"));
        int decoderLayers = Count(n => contains($"decoder.up.0.block.{n}.conv1.weight"));
        return new VaeLayout(Math.Clamp(levels, 1, 8), Math.Max(1, decoderLayers - 1), contains("decoder.mid.attn_1.q.weight"));
    }

    /// <summary>The same, off the names that diffusers gives.</summary>
    public static VaeLayout FromDiffusersNames(Func<string, bool> contains)
    {
        ArgumentNullException.ThrowIfNull(contains);
        int levels = Count(n => contains($"decoder.up_blocks.{n}.resnets.0.conv1.weight"));
        int decoderLayers = Count(n => contains($"decoder.up_blocks.0.resnets.{n}.conv1.weight"));
        return new VaeLayout(Math.Clamp(levels, 1, 8), Math.Max(1, decoderLayers - 1), contains("decoder.mid_block.attentions.0.group_norm.weight"));
    }

    private static int Count(Func<int, bool> exists) => Enumerable.Range(0, MostBlocks).TakeWhile(exists).Count();
}
