using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>One tensor of a file, proven to lie inside it.</summary>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Dimensions; none for a scalar, and any may be 0.</param>
/// <param name="Offset">Bytes from the start of the file.</param>
/// <param name="Length">Bytes from the first element to the last: elements times element size, unless strides say otherwise.</param>
/// <param name="Strides">Elements from one to the next along each dimension; null where the tensor is row-major without gaps.</param>
public readonly record struct TensorEntry(ElementType Type, Shape Shape, long Offset, long Length, Shape? Strides = null);
