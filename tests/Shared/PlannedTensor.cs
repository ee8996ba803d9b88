using SdStudio.Diffusion.Tensors;

namespace SdStudio.Tests;

/// <summary>A tensor that is to be written.</summary>
internal sealed record PlannedTensor(string Name, ElementType Type, params long[] Shape)
{
    public long ElementCount => Shape.Aggregate(1L, (product, dimension) => product * dimension);
}
