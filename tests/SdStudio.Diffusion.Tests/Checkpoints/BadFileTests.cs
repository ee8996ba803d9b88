using System.IO.Compression;
using System.Text;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Embeddings;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Pipelines;
using SdStudio.Diffusion.Tensors;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Checkpoints;

/// <summary>Files that are wrong as a whole, rather than in their headers: each has its message, and nothing else happens.</summary>
public sealed class BadFileTests : IDisposable
{
    private static readonly ImageRecipe s_recipe = new() { Prompt = "x", Checkpoint = "tiny", Width = 16, Height = 16, Steps = 2, Seed = 1, Sampler = "euler", Schedule = "normal" };

    private readonly InferenceDevice _device = InferenceDevice.Open(new InferenceSettings { Provider = InferenceProvider.Cpu });

    private readonly string _root = Directory.CreateTempSubdirectory("sdstudio-").FullName;

    [Theory]
    [InlineData(ElementType.Float16, "I16", "model.diffusion_model.middle_block.0.in_layers.2.weight", "UNet")]
    [InlineData(ElementType.Float32, "U32", "first_stage_model.decoder.conv_in.weight", "VAE")]
    [InlineData(ElementType.Float8E4M3, "I8", "cond_stage_model.transformer.text_model.encoder.layers.0.mlp.fc1.weight", "text encoder")]
    [InlineData(ElementType.Float8E4M3, "BOOL", "model.diffusion_model.out.2.bias", "UNet")]
    public void Open_WeightOfWholeNumbers_IsRefused(ElementType type, string written, string weight, string network)
    {
        using TinyCheckpoint model = TinyCheckpoint.SingleFile(type);
        Relabel(model.Path, weight, type.SafetensorsName(), written);

        CheckpointException e = Assert.Throws<CheckpointException>(() => Checkpoint.Open(model.Path));

        Assert.Equal(CheckpointProblem.IntegerWeight, e.Problem);
        Assert.StartsWith($"The {network} of this model keeps the weight", e.Message, StringComparison.Ordinal);
        Assert.Contains($"as {written}, in whole numbers", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_RenamedZip_SaysThatItIsOne()
    {
        string path = Path.Combine(_root, "model.safetensors");
        using (ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            using StreamWriter text = new(archive.CreateEntry("holiday/readme.txt").Open());
            text.Write("not a model");
        }

        CheckpointException e = Assert.Throws<CheckpointException>(() => TensorFile.Open(path));

        Assert.Equal(CheckpointProblem.NotSafetensors, e.Problem);
        Assert.Equal("The file \"model.safetensors\" is an ordinary zip archive, not a model. Unpack it, and use the model that is in it.", e.Message);
        Assert.Throws<CheckpointException>(() => Checkpoint.Open(path));
        Assert.Throws<CheckpointException>(() => TensorFile.ReadHeader(path));
    }

    [SkippableFact]
    public void Open_FileThatMayNotBeRead_SaysSo()
    {
        using TinyCheckpoint model = TinyCheckpoint.SingleFile();
        Forbid(model.Path);

        CheckpointException e = Assert.Throws<CheckpointException>(() => Checkpoint.Open(model.Path));

        Assert.Equal(CheckpointProblem.Unreadable, e.Problem);
        Assert.Contains("cannot be read", e.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Load_WeightsThatMayNotBeRead_SaysSo()
    {
        using TinyCheckpoint model = TinyCheckpoint.Folder();
        Forbid(Path.Combine(model.Path, "unet", "diffusion_pytorch_model.safetensors"));

        Assert.Equal(CheckpointProblem.Unreadable, Assert.Throws<CheckpointException>(() => Load(model.Path).Dispose()).Problem);
    }

    [Fact]
    public void Load_ModelThatVanishedSinceItWasProven_SaysThatItIsNotThere()
    {
        TinyCheckpoint model = TinyCheckpoint.Folder();
        StableDiffusionPipeline.Prove(model.Path, Settings);
        string path = model.Path;
        model.Dispose();

        CheckpointException e = Assert.Throws<CheckpointException>(() => Load(path).Dispose());

        Assert.Equal(CheckpointProblem.NotFound, e.Problem);
        Assert.Contains("There is no file", e.Message, StringComparison.Ordinal);
    }

    /// <summary>The decoder is loaded with the first picture, by its path: what lies there by then may be another file, or none.</summary>
    [SkippableFact]
    public void Generate_ModelThatVanishesWhileItIsLoaded_SaysSo()
    {
        Skip.If(OperatingSystem.IsWindows(), "A file that is open cannot be taken away there.");
        using TinyCheckpoint model = TinyCheckpoint.Folder();
        using StableDiffusionPipeline pipeline = Load(model.Path);
        string vae = Path.Combine(model.Path, "vae", "diffusion_pytorch_model.safetensors");
        byte[] whole = File.ReadAllBytes(vae);
        File.Delete(vae);

        CheckpointException e = Assert.Throws<CheckpointException>(() => Make(pipeline, s_recipe));

        Assert.Equal(CheckpointProblem.NotFound, e.Problem);
        Assert.StartsWith("There is no file", e.Message, StringComparison.Ordinal);
        File.WriteAllBytes(vae, whole);
        Assert.NotEmpty(Make(pipeline, s_recipe));
    }

    [Fact]
    public void Generate_EmbeddingOfNoNumbers_SaysSoAndTheNextPictureIsAsBefore()
    {
        const int Width = 16;
        using TinyCheckpoint model = TinyCheckpoint.Folder();
        string folder = EmbeddingLibrary.FolderIn(model.Path);
        Directory.CreateDirectory(folder);
        SafetensorsWriter.Write(Path.Combine(folder, "x.safetensors"), [new PlannedTensor("emb_params", ElementType.Float32, 2, Width)], (_, block) => block.Fill(float.NaN));
        using StableDiffusionPipeline pipeline = Load(model.Path);
        byte[] before = Make(pipeline, s_recipe with { Prompt = "y" });

        CheckpointException e = Assert.Throws<CheckpointException>(() => Make(pipeline, s_recipe));

        Assert.Equal(CheckpointProblem.InvalidEntry, e.Problem);
        Assert.Contains("values that are no numbers", e.Message, StringComparison.Ordinal);
        Assert.Equal(before, Make(pipeline, s_recipe with { Prompt = "y" }));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static PipelineSettings Settings => new([], _ => null);

    private StableDiffusionPipeline Load(string path) => StableDiffusionPipeline.Load(path, Settings, _device);

    private static byte[] Make(StableDiffusionPipeline pipeline, ImageRecipe recipe) =>
        pipeline.Generate(recipe, new Progress<StepProgress>(), CancellationToken.None).Pixels.ToArray();

    private static void Forbid(string path)
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            Skip.If(true, "Permissions are other things on Windows, and the administrator may read everything.");
            return;
        }

        File.SetUnixFileMode(path, UnixFileMode.None);
    }

    /// <summary>Gives a tensor another type of the same size in the header; what is left over is blank.</summary>
    private static void Relabel(string path, string tensor, string from, string to)
    {
        byte[] bytes = File.ReadAllBytes(path);
        byte[] old = Encoding.UTF8.GetBytes($"\"{tensor}\":{{\"dtype\":\"{from}\"");
        int place = bytes.AsSpan().IndexOf(old);
        Assert.True(place > 0);
        Encoding.UTF8.GetBytes($"\"{tensor}\":{{\"dtype\":\"{to}\"".PadRight(old.Length)).CopyTo(bytes, place);
        File.WriteAllBytes(path, bytes);
    }
}
