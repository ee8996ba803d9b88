using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Tensors;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Parity;

/// <summary>TAESD's decoder against its authors' code, in both layouts.</summary>
[Trait("Category", "Parity")]
public sealed class TinyDecoderParityTests
{
    private const double Tolerance = 5e-5;

    [SkippableTheory]
    [InlineData("taesd/taesd_decoder.safetensors")]
    [InlineData("taesd/diffusers/diffusion_pytorch_model.safetensors")]
    public void Decode_OnGoldenLatents_Agrees(string file)
    {
        GoldenTensors golden = GoldenFolder.Tensors("taesd/golden.safetensors");
        using TinyDecoderFile opened = TinyDecoderFile.Open(GoldenFolder.Require(file));
        using TinyDecoder decoder = new(InferenceDevice.Open(new InferenceSettings { Provider = InferenceProvider.Cpu }), opened.Weights);
        string[] cases = [.. golden.Names.Where(name => name.EndsWith("/decoded", StringComparison.Ordinal)).Select(name => name[..^"/decoded".Length])];

        Assert.NotEmpty(cases);
        Assert.Equal(8, decoder.Scale);
        foreach (string at in cases)
        {
            long[] shape = golden.Shape(at + "/z");
            Latent z = new((int)shape[1], (int)shape[2], (int)shape[3], golden.Floats(at + "/z"));
            Close.Within(golden.Floats(at + "/decoded"), decoder.Decode(z, CancellationToken.None), Tolerance, at);
        }
    }
}
