using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Imaging;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Prompts;
using SdStudio.Diffusion.Tensors;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Inference;

/// <summary>The public networks over a tiny random checkpoint; that their values are right, the parity tests show.</summary>
public sealed class NetworksOnTheCpuTests : IDisposable
{
    private readonly TinyCheckpoint _file = TinyCheckpoint.Folder();
    private readonly Checkpoint _checkpoint;
    private readonly InferenceDevice _device = InferenceDevice.Open(new InferenceSettings { Provider = InferenceProvider.Cpu, Threads = 1 });

    public NetworksOnTheCpuTests()
    {
        _checkpoint = Checkpoint.Open(_file.Path);
    }

    public void Dispose()
    {
        _checkpoint.Dispose();
        _file.Dispose();
    }

    [Fact]
    public void PredictPair_OnACpu_EqualsTwoPredictionsAndOneBatch()
    {
        using UNet unet = new(_device, _checkpoint);
        Latent x = Noise(4, 8, 12);
        (Conditioning conditional, Conditioning unconditional) = (Prompt(77, 1), Prompt(77, 2));

        (Latent a, Latent b) = unet.PredictPair(x, 12.5f, conditional, unconditional, CancellationToken.None);
        (Latent c, Latent d) = unet.PredictBatch(x, 12.5f, conditional, unconditional, CancellationToken.None);

        Close.BitExact(unet.Predict(x, 12.5f, conditional, CancellationToken.None).Values, a.Values);
        Close.BitExact(unet.Predict(x, 12.5f, unconditional, CancellationToken.None).Values, b.Values);
        Close.Within(a.Values, c.Values, 1e-5);
        Close.Within(b.Values, d.Values, 1e-5);
        Assert.NotEqual(a.Values.ToArray(), b.Values.ToArray());
    }

    [Fact]
    public void PredictPair_WithPromptsOfDifferentLength_Works()
    {
        using UNet unet = new(_device, _checkpoint);

        (Latent a, _) = unet.PredictPair(Noise(4, 8, 8), 1, Prompt(154, 1), Prompt(77, 2), CancellationToken.None);
        Assert.Equal((4, 8, 8), (a.Channels, a.Height, a.Width));
    }

    [Fact]
    public void Predict_OfASizeThatLevelsCannotHalve_KeepsIt()
    {
        using UNet unet = new(_device, _checkpoint);

        Latent result = unet.Predict(Noise(4, 7, 9), 1, Prompt(77, 1), CancellationToken.None);
        Assert.Equal((7, 9), (result.Height, result.Width));
    }

    [Fact]
    public void Predict_OfWhatDoesNotFitTheNetwork_SaysSo()
    {
        using UNet unet = new(_device, _checkpoint);

        Assert.Throws<ArgumentException>(() => unet.Predict(Noise(3, 8, 8), 1, Prompt(77, 1), CancellationToken.None));
        Assert.Throws<ArgumentException>(() => unet.Predict(Noise(4, 8, 8), 1, new Conditioning(new float[77 * 3], 77, 3), CancellationToken.None));
    }

    [Fact]
    public void Predict_WhenWeightsAreNoNumbers_SaysSo()
    {
        using UNet unet = new(_device, _checkpoint);
        unet.Weights.Modify("out.2.weight", w => w[0] = float.NaN);

        InferenceException e = Assert.Throws<InferenceException>(() => unet.Predict(Noise(4, 8, 8), 1, Prompt(77, 1), CancellationToken.None));
        Assert.Equal(InferenceFailure.NotANumber, e.Reason);
    }

    [Fact]
    public void Decode_OfALatentThatIsNoNumber_SaysSo()
    {
        using VaeDecoder decoder = new(_device, _checkpoint);

        InferenceException e = Assert.Throws<InferenceException>(() =>
            decoder.Decode(new Latent(4, 4, 4, [.. Enumerable.Repeat(float.NaN, 64)]), CancellationToken.None));
        Assert.Equal(InferenceFailure.NotANumber, e.Reason);
    }

    [Fact]
    public void Decode_AndEncode_AgreeOnSizes()
    {
        using VaeDecoder decoder = new(_device, _checkpoint);
        using VaeEncoder encoder = new(_device, _checkpoint);
        (int height, int width) = (8 * encoder.Scale, 4 * encoder.Scale);

        (Latent mean, Latent logVariance) = encoder.Encode(new RgbImage(width, height, new byte[width * height * 3]), CancellationToken.None);
        Assert.Equal((4, 8, 4), (mean.Channels, mean.Height, mean.Width));
        Assert.All(logVariance.Values.ToArray(), v => Assert.InRange(v, -30, 20));
        Assert.Equal(3 * height * width, decoder.Decode(mean, CancellationToken.None).Length);
        Assert.Throws<ArgumentException>(() => encoder.Encode(new RgbImage(width + 1, height, new byte[(width + 1) * height * 3]), CancellationToken.None));
    }

    [Fact]
    public void Encode_WithClipSkip_TakesAnEarlierLayer()
    {
        using TextEncoder encoder = new(_device, _checkpoint);
        int[] ids = [.. Enumerable.Range(0, encoder.Tokens)];

        float[] last = encoder.Encode(ids, 1, CancellationToken.None), before = encoder.Encode(ids, 2, CancellationToken.None);
        Assert.Equal(encoder.Tokens * encoder.Dimension, before.Length);
        Assert.NotEqual(last, before);
        Assert.Throws<ArgumentOutOfRangeException>(() => encoder.Encode(ids, encoder.Layers + 1, CancellationToken.None));
        Assert.Throws<ArgumentOutOfRangeException>(() => encoder.Encode(ids.AsSpan(1), 1, CancellationToken.None));
        Assert.Throws<ArgumentOutOfRangeException>(() => encoder.Encode([.. ids.Skip(1), int.MaxValue], 1, CancellationToken.None));
    }

    [SkippableFact]
    public void Decode_ThroughALinkToTheFile_Works()
    {
        using TinyCheckpoint single = TinyCheckpoint.SingleFile();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("sdstudio-");
        try
        {
            string link = Path.Combine(folder.FullName, "linked.safetensors");
            Skip.If(OperatingSystem.IsWindows(), "Links need a privilege on Windows.");
            File.CreateSymbolicLink(link, single.Path);
            using Checkpoint checkpoint = Checkpoint.Open(link);
            using VaeDecoder decoder = new(_device, checkpoint);

            Assert.Equal(3 * 16 * decoder.Scale * decoder.Scale, decoder.Decode(Noise(4, 4, 4), CancellationToken.None).Length);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Constructor_WithAWeightMissing_NamesIt()
    {
        using TinyCheckpoint single = TinyCheckpoint.SingleFile(keep: name => !name.EndsWith("middle_block.0.in_layers.2.weight", StringComparison.Ordinal));
        using Checkpoint checkpoint = Checkpoint.Open(single.Path);

        CheckpointException e = Assert.Throws<CheckpointException>(() => new UNet(_device, checkpoint));
        Assert.Equal(CheckpointProblem.MissingWeight, e.Problem);
        Assert.Contains("middle_block.0.in_layers.2.weight", e.Message, StringComparison.Ordinal);
    }

    private Conditioning Prompt(int tokens, int seed)
    {
        int dimension = (int)_checkpoint.UNet.ShapeOf("middle_block.1.transformer_blocks.0.attn2.to_k.weight")[1];
        return new Conditioning([.. Noise(1, tokens, dimension, seed).Values], tokens, dimension);
    }

    private static Latent Noise(int channels, int height, int width, int seed = 3)
    {
        System.Random random = new(seed);
        return new Latent(channels, height, width, [.. Enumerable.Range(0, channels * height * width).Select(_ => (float)random.NextDouble() * 2 - 1)]);
    }
}
