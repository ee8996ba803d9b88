namespace SdStudio.Diffusion.Loras;

/// <summary>The tensors of one layer in a LoRA. Shapes are those of a linear layer; convolutions have their kernel at the end.</summary>
internal enum LoraPart
{
    /// <summary>A scalar; the layer counts alpha / rank.</summary>
    Alpha,

    /// <summary>[rank, in] or [rank, in, kh, kw]</summary>
    Down,

    /// <summary>[out, rank] or [out, rank, 1, 1]</summary>
    Up,

    /// <summary>[rank, rank, kh, kw]: the core of a Tucker decomposition.</summary>
    Mid,

    /// <summary>[out, rank], or [rank, out] beside a core: the first product of a LoHa.</summary>
    Hada1A,

    /// <summary>[rank, in * kh * kw], or [rank, in] beside a core.</summary>
    Hada1B,

    /// <summary>As <see cref="Hada1A"/>, of the second product.</summary>
    Hada2A,

    /// <summary>As <see cref="Hada1B"/>, of the second product.</summary>
    Hada2B,

    /// <summary>[rank, rank, kh, kw]: the core of the first product.</summary>
    Hada1Core,

    /// <summary>[rank, rank, kh, kw]: the core of the second product.</summary>
    Hada2Core,

    /// <summary>The left factor of a LoKr, whole.</summary>
    Kron1,

    /// <summary>[rows, rank]</summary>
    Kron1A,

    /// <summary>[rank, columns]</summary>
    Kron1B,

    /// <summary>The right factor of a LoKr, whole: [rows, columns] or [rows, columns, kh, kw].</summary>
    Kron2,

    /// <summary>[rows, rank], or [rank, rows] beside a core.</summary>
    Kron2A,

    /// <summary>[rank, columns * kh * kw], or [rank, columns] beside a core.</summary>
    Kron2B,

    /// <summary>[rank, rank, kh, kw]: the core of the right factor.</summary>
    Kron2Core,

    /// <summary>The change itself, not factored at all; shaped like the weight.</summary>
    Difference,

    /// <summary>The lengths that the changed weight's rows ([out, 1, ...]) or columns ([1, in, ...]) are brought to.</summary>
    Magnitude,
}
