namespace SdStudio.Diffusion.Loras;

/// <summary>The tensors of one layer in a LoRA.</summary>
internal enum LoraPart
{
    /// <summary>[rank, in] or [rank, in, kh, kw]</summary>
    Down,

    /// <summary>[out, rank] or [out, rank, 1, 1]</summary>
    Up,

    /// <summary>[rank, rank, kh, kw]: the core of a Tucker decomposition.</summary>
    Mid,

    /// <summary>A scalar; the layer counts alpha / rank.</summary>
    Alpha,
}
