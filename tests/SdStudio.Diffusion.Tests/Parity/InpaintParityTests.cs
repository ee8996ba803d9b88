using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Inference;
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
            golden, number, new InpaintWeights(checkpoint.UNet, first), checkpoint.UNetSettings, new InferenceSettings { Provider = InferenceProvider.Cpu });
    }
}
