using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Imaging;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Pipelines;
using SdStudio.Diffusion.Tensors;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Pipelines;

public sealed class SharpPreviewTests : IDisposable
{
    private static readonly InferenceDevice s_device = InferenceDevice.Open(new InferenceSettings { Provider = InferenceProvider.Cpu, Threads = 1 });

    private readonly TinyCheckpoint _folder = TinyCheckpoint.Folder();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("vae/taesd_decoder.safetensors")]
    [InlineData("../vae_approx/taesd_decoder.safetensors")]
    [InlineData("../VAE-taesd/taesd.safetensors")]
    [InlineData("../vae_approx/taesd/diffusion_pytorch_model.safetensors")]
    public void Load_ModelWithADecoderNearIt_ShowsItsLatentsSharply(string place)
    {
        string decoder = Path.GetFullPath(Path.Combine(_folder.Path, place));
        WriteDecoder(decoder);
        using StableDiffusionPipeline pipeline = StableDiffusionPipeline.Load(_folder.Path, new PipelineSettings([], _ => null), s_device);

        Assert.True(pipeline.SharpPreview!.Prepare());
        RgbImage image = pipeline.SharpPreview.Render(new Latent(4, 3, 5, new float[60]))!;

        Assert.Equal((40, 24), (image.Width, image.Height));
        Assert.Null(pipeline.SharpPreview.Problem);
    }

    [Theory]
    [InlineData("../vae_approx/taesdxl_decoder.safetensors")]
    [InlineData("../vae_approx/taesd_encoder.safetensors")]
    [InlineData("../elsewhere/taesd_decoder.safetensors")]
    public void Find_DecoderOfAnotherFamilyOrPlace_IsPassedOver(string place)
    {
        WriteDecoder(Path.GetFullPath(Path.Combine(_folder.Path, place)));
        using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);

        Assert.Null(TinyDecoderFile.Find(checkpoint, []));
    }

    [Fact]
    public void Find_DecoderUnderARoot_IsFound()
    {
        string root = Path.GetFullPath(Path.Combine(_folder.Path, "..", "root")), decoder = Path.Combine(root, "vae_approx", "taesd_decoder.safetensors");
        WriteDecoder(decoder);
        using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);

        Assert.Equal(decoder, TinyDecoderFile.Find(checkpoint, [root]));
    }

    [Fact]
    public void Find_ForAModelWithAScaleOfItsOwn_TakesItsOwnAlone()
    {
        WriteDecoder(Path.GetFullPath(Path.Combine(_folder.Path, "../vae_approx/taesd_decoder.safetensors")));
        string configuration = Path.Combine(_folder.Path, "vae", "config.json");
        File.WriteAllText(configuration, File.ReadAllText(configuration).Replace("0.18215", "0.26", StringComparison.Ordinal));
        using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);

        Assert.Null(TinyDecoderFile.Find(checkpoint, []));
    }

    [Fact]
    public void Prepare_BrokenDecoder_SaysSoAndShowsNothing()
    {
        string decoder = Path.Combine(_folder.Path, "broken.safetensors");
        File.WriteAllBytes(decoder, [1, 2, 3]);
        using SharpPreview preview = new(decoder, s_device);

        Assert.False(preview.Prepare());
        Assert.Contains("broken.safetensors", preview.Problem, StringComparison.Ordinal);
        Assert.Null(preview.Render(new Latent(4, 1, 1, new float[4])));
    }

    [Fact]
    public void Render_AfterTheModelIsGone_ShowsNothing()
    {
        string decoder = Path.Combine(_folder.Path, "decoder.safetensors");
        WriteDecoder(decoder);
        SharpPreview preview = new(decoder, s_device);
        Assert.True(preview.Prepare());

        preview.Dispose();

        Assert.Null(preview.Render(new Latent(4, 1, 1, new float[4])));
        Assert.False(preview.Prepare());
    }

    [Fact]
    public void Open_AnEncoder_IsRefused()
    {
        string encoder = Path.Combine(_folder.Path, "taesd_encoder.safetensors");
        SafetensorsWriter.Write(encoder, [new("0.weight", ElementType.Float16, 4, 3, 3, 3), new("1.conv.0.weight", ElementType.Float16, 4, 4, 3, 3)], new RandomWeights(1).Fill);

        Assert.Equal(CheckpointProblem.MissingComponent, Assert.Throws<CheckpointException>(() => TinyDecoderFile.Open(encoder)).Problem);
    }

    /// <summary>The layers of the shipped model's and of TAESD's decoder, four channels wide.</summary>
    private static void WriteDecoder(string path)
    {
        const int Width = 4;
        List<PlannedTensor> tensors = [];
        void Convolve(string name, int output, int input, bool hasBias = true)
        {
            tensors.Add(new PlannedTensor(name + ".weight", ElementType.Float16, output, input, 3, 3));
            if (hasBias)
            {
                tensors.Add(new PlannedTensor(name + ".bias", ElementType.Float16, output));
            }
        }

        Convolve("1", Width, 4);
        foreach (int block in (int[])[3, 4, 5, 8, 9, 10, 13, 14, 15, 18])
        {
            Convolve($"{block}.conv.0", Width, Width);
            Convolve($"{block}.conv.2", Width, Width);
            Convolve($"{block}.conv.4", Width, Width);
        }

        foreach (int enlarged in (int[])[7, 12, 17])
        {
            Convolve($"{enlarged}", Width, Width, hasBias: false);
        }

        Convolve("19", 3, Width);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        SafetensorsWriter.Write(path, tensors, new RandomWeights(5).Fill);
    }
}
