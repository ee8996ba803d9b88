using System.Collections.Immutable;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Checkpoints.Onnx;

/// <summary>An input or output of a graph that somebody else exported.</summary>
/// <param name="Name">As the exporter calls it.</param>
/// <param name="Type">Null for what is no number.</param>
/// <param name="Dimensions">Sizes; null where one is only known when the graph runs.</param>
public sealed record OnnxSlot(string Name, ElementType? Type, ImmutableArray<long?> Dimensions)
{
    /// <summary>Size of an axis, where the graph tells it.</summary>
    public long? Size(int axis) => axis < Dimensions.Length ? Dimensions[axis] : null;
}
