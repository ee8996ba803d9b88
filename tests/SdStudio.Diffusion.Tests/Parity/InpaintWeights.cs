using System.Runtime.InteropServices;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Tensors;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Parity;

/// <summary>The golden UNet with nine input channels: the ordinary one with another first layer.</summary>
/// <param name="rest">The ordinary one.</param>
/// <param name="first">Its first layer's weight.</param>
internal sealed class InpaintWeights(IWeightSource rest, GoldenTensors first) : IWeightSource
{
    private const string Name = "input_blocks.0.0.weight", InFile = "conv_in.weight";

    public IEnumerable<string> Names => rest.Names;

    public bool Contains(string name) => rest.Contains(name);

    public Shape ShapeOf(string name) => name == Name ? new Shape(first.Shape(InFile)) : rest.ShapeOf(name);

    public ElementType TypeOf(string name) => name == Name ? ElementType.Float32 : rest.TypeOf(name);

    public void CopyTo(string name, Span<byte> destination, ElementType type)
    {
        if (name != Name)
        {
            rest.CopyTo(name, destination, type);
            return;
        }

        Assert.Equal(ElementType.Float32, type);
        MemoryMarshal.AsBytes(first.Floats(InFile).AsSpan()).CopyTo(destination);
    }

    public WeightLocation LocationOf(string name) => name == Name ? default : rest.LocationOf(name);
}
