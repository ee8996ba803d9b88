using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Graphs;
using SdStudio.Diffusion.Graphs.Networks;
using SdStudio.Diffusion.Imaging;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Tensors;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Parity;

/// <summary>The VAE against the reference implementation, both ways, with every intermediate that the golden data names.</summary>
[Trait("Category", "Parity")]
public sealed class VaeParityTests
{
    private const double Tolerance = 1e-4;

    public static TheoryData<string, string, string> DecoderCases => GoldenModel.Cases("vae_dec");

    public static TheoryData<string, string, string> EncoderCases => GoldenModel.Cases("vae_enc");

    [SkippableTheory]
    [MemberData(nameof(DecoderCases))]
    public void Decoder_OnGoldenLatent_Agrees(string model, string layout, string number)
    {
        using Checkpoint checkpoint = GoldenModel.Open(model, layout, Component.Vae);
        GoldenTensors golden = GoldenModel.Golden(model);
        string at = $"vae_dec/{number}/";
        Dictionary<string, string> places = Places(golden, at, new WeightScope(checkpoint.Vae));

        InferenceDevice device = InferenceDevice.Open(new InferenceSettings { Provider = InferenceProvider.Cpu });
        using VaeDecoder decoder = new(device, checkpoint.Vae, checkpoint.VaeSettings, places.Values);
        long[] shape = golden.Shape(at + "z");
        Latent z = new((int)shape[1], (int)shape[2], (int)shape[3], golden.Floats(at + "z"));
        IReadOnlyDictionary<string, float[]> results = decoder.Run(z, CancellationToken.None);

        CompareTaps(golden, places, results);
        Close.Within(golden.Floats(at + "image"), results[VaeDecoderGraph.Image], Tolerance, at + "image");
        Close.BitExact(results[VaeDecoderGraph.Image], decoder.Decode(z, CancellationToken.None));
    }

    [SkippableTheory]
    [MemberData(nameof(EncoderCases))]
    public void Encoder_OnGoldenPicture_Agrees(string model, string layout, string number)
    {
        using Checkpoint checkpoint = GoldenModel.Open(model, layout, Component.Vae);
        GoldenTensors golden = GoldenModel.Golden(model);
        string at = $"vae_enc/{number}/";
        Dictionary<string, string> places = Places(golden, at, new WeightScope(checkpoint.Vae));

        InferenceDevice device = InferenceDevice.Open(new InferenceSettings { Provider = InferenceProvider.Cpu });
        using VaeEncoder encoder = new(device, checkpoint.Vae, checkpoint.VaeSettings, places.Values);
        RgbImage image = Picture(golden, at + "image_u8");
        CompareTaps(golden, places, encoder.Run(image, CancellationToken.None));

        (Latent mean, Latent logVariance) = encoder.Encode(image, CancellationToken.None);
        Close.Within(golden.Floats(at + "mean"), mean.Values, Tolerance, at + "mean");
        Close.Within(golden.Floats(at + "logvar"), logVariance.Values, Tolerance, at + "logvar");
    }

    private static void CompareTaps(GoldenTensors golden, Dictionary<string, string> places, IReadOnlyDictionary<string, float[]> results)
    {
        foreach ((string name, string place) in places)
        {
            Close.Within(golden.Floats(name), results[GraphBuilder.TapOutput(place)], Tolerance, $"{name} at {place}");
        }
    }

    private static Dictionary<string, string> Places(GoldenTensors golden, string at, WeightScope weights)
    {
        int levels = weights.CountOf(i => $"decoder.up.{i}.block.0.conv1");
        return golden.Names.Where(name => name.StartsWith(at + "inter/", StringComparison.Ordinal))
            .ToDictionary(name => name, name => PlaceOf(name[(at.Length + "inter/".Length)..], at.StartsWith("vae_dec", StringComparison.Ordinal) ? "decoder" : "encoder", levels));
    }

    /// <summary>The reference numbers the decoder's levels from the latent's side, checkpoints from the picture's.</summary>
    private static string PlaceOf(string name, string half, int levels) => name switch
    {
        "post_quant_conv" => name,
        "conv_in" or "mid" => $"{half}.{name}",
        _ when name.StartsWith("up", StringComparison.Ordinal) => $"{half}.up.{levels - 1 - (name[2] - '0')}",
        _ when name.StartsWith("down", StringComparison.Ordinal) => $"{half}.down.{name[4] - '0'}",
        _ => throw new NotSupportedException($"Where {name} lies in a checkpoint is not known."),
    };

    /// <summary>From planes, as the golden data keeps pictures, to interleaved pixels.</summary>
    private static RgbImage Picture(GoldenTensors golden, string name)
    {
        long[] shape = golden.Shape(name);
        (int height, int width) = ((int)shape[2], (int)shape[3]);
        byte[] planes = golden.Bytes(name), pixels = new byte[planes.Length];
        for (int i = 0; i < height * width; i++)
        {
            for (int colour = 0; colour < 3; colour++)
            {
                pixels[i * 3 + colour] = planes[colour * height * width + i];
            }
        }

        return new RgbImage(width, height, pixels);
    }
}
