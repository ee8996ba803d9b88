using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Checkpoints.Onnx;
using SdStudio.Diffusion.Graphs;
using SdStudio.Diffusion.Imaging;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Pipelines;
using SdStudio.Diffusion.Prompts;
using SdStudio.Diffusion.Random;
using SdStudio.Diffusion.Tensors;
using SdStudio.Storage.Models;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Checkpoints;

/// <summary>Models whose networks are ONNX graphs: recognised, listed, and run as they are.</summary>
public sealed class OnnxFolderTests : IDisposable
{
    private static readonly InferenceDevice s_device = InferenceDevice.Open(new InferenceSettings { Provider = InferenceProvider.Cpu, Threads = 1 });

    private static readonly ImageRecipe s_recipe = new()
    {
        Checkpoint = "exported",
        Prompt = "a (castle:1.3) on a hill",
        NegativePrompt = "blurry",
        Width = 64,
        Height = 32,
        Steps = 3,
        Seed = 5,
        Sampler = "euler",
        Schedule = "normal",
    };

    private readonly string _root = Directory.CreateTempSubdirectory("sdstudio-").FullName;

    private string Folder => Path.Combine(_root, "exported");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [SkippableTheory]
    [InlineData("sd15-tiny")]
    [InlineData("sdxl-tiny")]
    public void Generate_ExportedModel_MakesThePictureOfItsWeights(string name)
    {
        string model = GoldenFolder.Require("models/" + name);
        OnnxModelFolder.Write(model, Folder);
        using StableDiffusionPipeline weights = Load(model), graphs = Load(Folder);

        // The export takes whole timesteps, which moves a few values of the picture by a few 255ths.
        double difference = Make(weights).Zip(Make(graphs), (a, b) => Math.Abs(a - b)).Average();

        Assert.InRange(difference, 0, 2);
        Assert.InRange(Make(weights).Distinct().Count(), 30, 256);
    }

    /// <summary>Against our own graph, given what half precision leaves of the prompt.</summary>
    [SkippableFact]
    public void Predict_ExportInHalfPrecision_GetsItsInputsSo()
    {
        const float Timestep = 499.5f;
        string model = GoldenFolder.Require("models/sdxl-tiny");
        OnnxModelFolder.Write(model, Folder, isHalf: true);
        using Checkpoint weights = Checkpoint.Open(model), graphs = Checkpoint.Open(Folder);
        using UNet own = new(s_device, weights), exported = new(s_device, graphs);
        Latent sample = new MersenneNoise(1).Next(4, 8, 16);
        float[] prompt = new MersenneNoise(2).Next(1, 77, (int)own.ContextDimension).Values.ToArray(), text = new MersenneNoise(3).Next(1, 1, 48).Values.ToArray();
        Conditioning conditioning = new(prompt, 77, (int)own.ContextDimension);
        float[] sizes = SizeConditioning.Numbers(128, 64);

        Latent expected = own.Predict(
            sample,
            Timestep,
            conditioning with { Values = [.. prompt.Select(value => (float)(Half)value)], Label = SizeConditioning.Label(text, sizes, own.LabelWidth!.Value) },
            CancellationToken.None);
        Latent actual = exported.Predict(sample, Timestep, conditioning with { Label = SizeConditioning.Label(text, sizes, exported.LabelWidth!.Value) }, CancellationToken.None);

        Assert.Equal(54, exported.LabelWidth);
        Close.Within(expected.Values.ToArray(), actual.Values.ToArray(), 1e-4);
    }

    [SkippableFact]
    public void Open_ExportWithoutSettings_TakesShapesFromTheGraphs()
    {
        OnnxModelFolder.Write(GoldenFolder.Require("models/sd15-tiny"), Folder, withSettings: false);

        using Checkpoint checkpoint = Checkpoint.Open(Folder);
        using UNet unet = new(s_device, checkpoint);

        Assert.Equal(("sd1", 512), (checkpoint.Family.Key, checkpoint.NativeSize));
        Assert.Equal((4, 4, 32L, null), (unet.InChannels, unet.OutChannels, unet.ContextDimension, unet.LabelWidth));
        Assert.Equal([Component.UNet, Component.TextEncoder, Component.Vae], checkpoint.Onnx.Keys.Order());
        Assert.All(checkpoint.Components, component => Assert.Empty(component.MissingWeights));
        StableDiffusionPipeline.Prove(Folder, new PipelineSettings([], _ => null));
    }

    [SkippableFact]
    public void ReadFolders_ExportedModel_IsListedWithFamilyAndPrecision()
    {
        OnnxModelFolder.Write(GoldenFolder.Require("models/sdxl-tiny"), Path.Combine(_root, "diffusers", "exported"));

        ModelFile file = Assert.Single(ModelCatalog.ReadFolders([_root]));

        Assert.Equal(("exported", ModelKind.Checkpoint, "Stable Diffusion XL", "fp32", null), (file.Name, file.Kind, file.Family, file.Precision, file.Problem));
    }

    [SkippableFact]
    public void Generate_LoraWithAnExportedModel_IsRefusedInPlainWords()
    {
        OnnxModelFolder.Write(GoldenFolder.Require("models/sd15-tiny"), Folder);
        using StableDiffusionPipeline pipeline = Load(Folder);
        byte[] plain = Make(pipeline);

        RecipeException e = Assert.Throws<RecipeException>(() => Make(pipeline, s_recipe with { Loras = [new LoraSelection("style", 1)] }));

        Assert.StartsWith("This model is in ONNX format", e.Message, StringComparison.Ordinal);
        Assert.Equal(plain, Make(pipeline));
    }

    [SkippableFact]
    public void Generate_ExportedModelWithAChosenVae_DecodesWithIt()
    {
        string model = GoldenFolder.Require("models/sd15-tiny"), vae = Path.Combine(model, "vae", "diffusion_pytorch_model.safetensors");
        OnnxModelFolder.Write(model, Folder);
        File.Delete(Path.Combine(Folder, "vae_decoder", "model.onnx"));
        Assert.Throws<CheckpointException>(() => Load(Folder).Dispose());
        PipelineSettings settings = new([], _ => null) { FindVae = _ => vae };
        ImageRecipe recipe = s_recipe with { Vae = "own" };
        using StableDiffusionPipeline weights = Load(model), graphs = StableDiffusionPipeline.Load(Folder, settings, s_device, recipe);

        Assert.InRange(Make(weights).Zip(Make(graphs, recipe), (a, b) => Math.Abs(a - b)).Average(), 0, 2);
    }

    [SkippableTheory]
    [InlineData("controlnet_cond", "asks for \"controlnet_cond\"")]
    [InlineData("", "does not answer with \"out_sample\"")]
    public void Open_GraphThatIsNoExportedUNet_SaysWhatIsOddAboutIt(string furtherInput, string reason)
    {
        string model = GoldenFolder.Require("models/sd15-tiny");
        OnnxModelFolder.Write(model, Folder);
        using (Checkpoint checkpoint = Checkpoint.Open(model))
        {
            OnnxGraph graph = OnnxModelFolder.UNet(checkpoint, isHalf: false);
            if (furtherInput.Length > 0)
            {
                graph.Inputs.Add(new OnnxPort(furtherInput, ElementType.Float32, ["1"]));
            }
            else
            {
                graph.Outputs.Clear();
            }

            File.WriteAllBytes(Path.Combine(Folder, "unet", "model.onnx"), graph.ToBytes());
        }

        Assert.Contains(reason, Assert.Throws<UnsupportedModelException>(() => Checkpoint.Open(Folder)).Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("weights.pb", CheckpointProblem.NotFound)]
    [InlineData("../../outside", CheckpointProblem.OutsideFolder)]
    [InlineData("/etc/passwd", CheckpointProblem.OutsideFolder)]
    [InlineData("..", CheckpointProblem.OutsideFolder)]
    public void Open_GraphWithWeightsElsewhere_IsRefusedBeforeTheRuntimeSeesIt(string location, CheckpointProblem problem)
    {
        string model = GoldenFolder.Require("models/sd15-tiny");
        OnnxModelFolder.Write(model, Folder);
        using (Checkpoint checkpoint = Checkpoint.Open(model))
        {
            OnnxGraph graph = OnnxModelFolder.UNet(checkpoint, isHalf: false);
            graph.Initializers[^1] = graph.Initializers[^1] with { Bytes = null, FileName = location, Length = 4 };
            File.WriteAllBytes(Path.Combine(Folder, "unet", "model.onnx"), graph.ToBytes());
        }

        Assert.Equal(problem, Assert.Throws<CheckpointException>(() => Checkpoint.Open(Folder)).Problem);
    }

    [Fact]
    public void Open_WhateverIsInTheFile_IsAMessage()
    {
        OnnxGraph graph = new();
        graph.Inputs.Add(new OnnxPort("sample", ElementType.Float32, ["batch", "4", "h", "w"]));
        graph.Outputs.Add(new OnnxPort("out_sample", ElementType.Float32, ["batch", "4", "h", "w"]));
        graph.Nodes.Add(new OnnxNode("same", "Identity", "", ["sample"], ["out_sample"], []));
        graph.Initializers.Add(new OnnxTensor("conv_in.weight", ElementType.Float32, new Shape(1, 2), new byte[8]));
        byte[] sound = graph.ToBytes();
        string path = Path.Combine(_root, "model.onnx");
        File.WriteAllBytes(path, sound);
        using (OnnxFile file = OnnxFile.Open(path))
        {
            Assert.Equal((long?[])[null, 4, null, null], file.Input("sample")!.Dimensions);
            Assert.Equal(new Shape(1, 2), file.Header.Tensors["conv_in.weight"].Shape);
        }

        System.Random random = new(1);
        int refused = 0;
        for (int i = 0; i < 2000; i++)
        {
            byte[] bytes = sound[..(i % 2 == 0 ? sound.Length : random.Next(sound.Length))];
            for (int change = random.Next(3); change >= 0 && bytes.Length > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            File.WriteAllBytes(path, bytes);
            Exception? e = Record.Exception(() => OnnxFile.Open(path).Dispose());
            Assert.True(e is null or CheckpointException, e?.ToString());
            refused += e is null ? 0 : 1;
        }

        Assert.InRange(refused, 500, 1999);
    }

    private static StableDiffusionPipeline Load(string path) => StableDiffusionPipeline.Load(path, new PipelineSettings([], _ => null), s_device);

    private static byte[] Make(StableDiffusionPipeline pipeline, ImageRecipe? recipe = null)
    {
        RgbImage picture = pipeline.Generate(recipe ?? s_recipe, new Progress<StepProgress>(), CancellationToken.None);
        return picture.Pixels.ToArray();
    }
}
