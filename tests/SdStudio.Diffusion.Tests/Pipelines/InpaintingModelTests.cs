using System.Numerics.Tensors;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Imaging;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Pipelines;
using SdStudio.Diffusion.Tensors;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Pipelines;

/// <summary>Pictures from words alone by UNets of nine channels.</summary>
public sealed class InpaintingModelTests : IDisposable
{
    private const string FirstLayer = "conv_in.weight";

    private static readonly InferenceDevice s_device = InferenceDevice.Open(new InferenceSettings { Provider = InferenceProvider.Cpu, Threads = 1 });

    private static readonly ImageRecipe s_recipe = new()
    {
        Checkpoint = "tiny",
        Prompt = "a castle on a hill",
        NegativePrompt = "blurry",
        Width = 64,
        Height = 96,
        Steps = 2,
        Seed = 5,
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("sdstudio-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableTheory]
    [InlineData("sd15-tiny", "sd1-inpaint")]
    [InlineData("sdxl-tiny", "sdxl-inpaint")]
    public void Generate_WithoutWeightForTheMask_MakesThePictureOfTheOrdinaryModel(string model, string family)
    {
        string inpainting = WithNineChannels(model, weight: 0);

        byte[] picture = Make(inpainting, s_recipe);

        Assert.Equal(family, FamilyOf(inpainting));
        Close.Within([.. Make(GoldenFolder.Require($"models/{model}"), s_recipe).Select(value => (float)value)], [.. picture.Select(value => (float)value)], 1, "pixels");
    }

    [SkippableTheory]
    [InlineData("sd15-tiny")]
    [InlineData("sdxl-tiny")]
    public void Empty_OfAnySize_IsAWholeMaskBesideAGrayPicture(string name)
    {
        using LoadedModel model = LoadedModel.Load(WithNineChannels(name, weight: 0.05f), new CheckpointParts(), s_device);
        MaskedPicture masked = new(model);

        Latent empty = masked.Empty(64, 96, CancellationToken.None)!;

        int plane = empty.Width * empty.Height;
        Assert.Equal((1 + model.UNet.OutChannels, 96 / model.VaeOrigin.SizeStep, 64 / model.VaeOrigin.SizeStep), (empty.Channels, empty.Height, empty.Width));
        Assert.All(empty.Values[..plane].ToArray(), value => Assert.Equal(1, value));
        using VaeEncoder encoder = model.OpenVaeEncoder();
        Assert.Equal((encoder.EncodeGray(64, 96, CancellationToken.None) * model.VaeOrigin.VaeSettings.ScalingFactor).Values, empty.Values[plane..]);
        Assert.Same(empty, masked.Empty(64, 96, CancellationToken.None));
        Assert.NotSame(empty, masked.Empty(96, 64, CancellationToken.None));
    }

    [SkippableFact]
    public void Generate_WithWeightForTheMask_IsToldOfIt() =>
        Assert.NotEqual(Make(WithNineChannels("sd15-tiny", weight: 0), s_recipe), Make(WithNineChannels("sd15-tiny", weight: 0.05f), s_recipe));

    [Fact]
    public void Empty_OfAnOrdinaryModel_IsNothing()
    {
        using TinyCheckpoint file = TinyCheckpoint.Folder();
        using LoadedModel model = LoadedModel.Load(file.Path, new CheckpointParts(), s_device);

        Assert.Null(new MaskedPicture(model).Empty(16, 16, CancellationToken.None));
    }

    [Fact]
    public void Load_WithoutTheEncoderOfItsVae_SaysWhatIsMissing()
    {
        using TinyCheckpoint file = TinyCheckpoint.SingleFile(
            keep: name => !name.Contains("encoder.down.0.block.0.conv1", StringComparison.Ordinal) || name.Contains("decoder", StringComparison.Ordinal),
            change: tensor => tensor.Name.EndsWith("input_blocks.0.0.weight", StringComparison.Ordinal) ? tensor with { Shape = [tensor.Shape[0], 9, 3, 3] } : tensor);

        CheckpointException e = Assert.Throws<CheckpointException>(() => LoadedModel.Load(file.Path, new CheckpointParts(), s_device));

        Assert.Equal(CheckpointProblem.MissingWeight, e.Problem);
        Assert.Contains("encoder.down.0.block.0.conv1", e.Message, StringComparison.Ordinal);
    }

    /// <summary>Nothing but zero is the same through a layer and through its opposite.</summary>
    [Fact]
    public void EncodeGray_ThroughTheOppositeFirstLayer_IsTheSame()
    {
        using TinyCheckpoint file = TinyCheckpoint.SingleFile(), opposite = TinyCheckpoint.SingleFile(spoil: (tensor, block) =>
        {
            if (tensor.Name.EndsWith("encoder.conv_in.weight", StringComparison.Ordinal))
            {
                TensorPrimitives.Negate(block, block);
            }
        });

        (float[] gray, float[] light) = Encoded(file.Path);
        (float[] otherGray, float[] otherLight) = Encoded(opposite.Path);

        Assert.Equal(gray, otherGray);
        Assert.NotEqual(light, otherLight);
        Assert.NotEqual(gray, light);
    }

    private static (float[] Gray, float[] Light) Encoded(string path)
    {
        byte[] pixels = new byte[16 * 16 * 3];
        Array.Fill(pixels, (byte)200);
        using Checkpoint checkpoint = Checkpoint.Open(path);
        using VaeEncoder encoder = new(s_device, checkpoint);
        return (encoder.EncodeGray(16, 16, CancellationToken.None).Values.ToArray(), encoder.Encode(new RgbImage(16, 16, pixels), CancellationToken.None).Mean.Values.ToArray());
    }

    private static byte[] Make(string path, ImageRecipe recipe)
    {
        using StableDiffusionPipeline pipeline = StableDiffusionPipeline.Load(path, new PipelineSettings([GoldenFolder.Require("models")], _ => null), s_device);
        return pipeline.Generate(recipe, new Progress<StepProgress>(), CancellationToken.None).Pixels.ToArray();
    }

    private static string FamilyOf(string path)
    {
        using Checkpoint checkpoint = Checkpoint.Open(path);
        return checkpoint.Family.Key;
    }

    /// <summary>A golden model whose first layer has five more input channels, all of one weight.</summary>
    private string WithNineChannels(string model, float weight)
    {
        string source = GoldenFolder.Require($"models/{model}"), copy = Path.Combine(_folder, $"{model}-{weight}");
        foreach (string file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(copy, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        string config = Path.Combine(copy, "unet", "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("\"in_channels\": 4", "\"in_channels\": 9", StringComparison.Ordinal));
        string unet = Directory.EnumerateFiles(Path.Combine(copy, "unet"), "*.safetensors").Single();
        Widen(unet, weight);
        return copy;
    }

    private static void Widen(string path, float weight)
    {
        GoldenTensors tensors = GoldenTensors.Read(path);
        Dictionary<string, Queue<float>> values = tensors.Names.ToDictionary(name => name, name => new Queue<float>(name == FirstLayer ? Widened(tensors, weight) : tensors.Floats(name)));
        PlannedTensor[] plan = [.. tensors.Names.Select(name => new PlannedTensor(name, ElementType.Float32, name == FirstLayer ? [tensors.Shape(name)[0], 9, 3, 3] : tensors.Shape(name)))];
        SafetensorsWriter.Write(path, plan, (tensor, block) =>
        {
            for (int i = 0; i < block.Length; i++)
            {
                block[i] = values[tensor.Name].Dequeue();
            }
        });
    }

    /// <summary>[out, 4, 3, 3] becomes [out, 9, 3, 3].</summary>
    private static IEnumerable<float> Widened(GoldenTensors tensors, float weight) =>
        tensors.Floats(FirstLayer).Chunk(4 * 9).SelectMany(row => row.Concat(Enumerable.Repeat(weight, 5 * 9)));
}
