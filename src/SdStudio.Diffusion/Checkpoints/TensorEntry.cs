using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>One tensor of a safetensors file, proven to lie inside it.</summary>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Dimensions; none for a scalar, and any may be 0.</param>
/// <param name="Offset">Bytes from the start of the file.</param>
/// <param name="Length">Bytes: elements times element size.</param>
public readonly record struct TensorEntry(ElementType Type, Shape Shape, long Offset, long Length);
