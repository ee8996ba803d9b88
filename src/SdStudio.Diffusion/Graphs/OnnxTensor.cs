using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Graphs;

/// <summary>A tensor with fixed values: either its bytes, or a range of a file in the graph's weight folder.</summary>
internal sealed record OnnxTensor(string Name, ElementType Type, Shape Shape, byte[]? Bytes, string? FileName = null, long Offset = 0, long Length = 0);
