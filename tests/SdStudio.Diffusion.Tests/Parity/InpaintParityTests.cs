using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Tensors;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Parity;

/// <summary>The UNet with nine input channels. The golden data holds only the weight in which it differs from the ordinary one.</summary>
[Trait("Category", "Parity")]
public sealed class InpaintParityTests
{
    [SkippableTheory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("2")]
    [InlineData("3")]
    public void UNet_OfNineChannels_AgreesAtEveryNamedPlace(string number)
    {
        GoldenTensors golden = GoldenModel.Golden("sd15-inpaint-tiny"), first = GoldenFolder.Tensors("models/sd15-inpaint-tiny/unet/conv_in.safetensors");
        Skip.IfNot(golden.Contains($"unet/{number}/out"), $"The golden data has no case {number}.");
        using Checkpoint checkpoint = GoldenModel.Open("sd15-tiny", "folder", Component.UNet);

        UNetParityTests.Compare(
            golden, number, new WithFirstLayer(checkpoint.UNet, first), checkpoint.UNetSettings, new InferenceSettings { Provider = InferenceProvider.Cpu });
    }

    private sealed class WithFirstLayer(IWeightSource rest, GoldenTensors first) : IWeightSource
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
            System.Runtime.InteropServices.MemoryMarshal.AsBytes(first.Floats(InFile).AsSpan()).CopyTo(destination);
        }

        public WeightLocation LocationOf(string name) => name == Name ? default : rest.LocationOf(name);
    }
}
