using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Pipelines;
using SdStudio.Diffusion.Tensors;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Pipelines;

/// <summary>Files of other programs through the whole pipeline, on a model that takes milliseconds.</summary>
public sealed class ForeignFormatTests : IDisposable
{
    private const string UNetLayer = "lora_unet_middle_block_1_transformer_blocks_0_attn1_to_v";
    private const string TextLayer = "lora_te_text_model_encoder_layers_0_mlp_fc1";

    private static readonly ImageRecipe s_recipe = new() { Prompt = "cat", Checkpoint = "tiny", Width = 16, Height = 16, Steps = 2, GuidanceScale = 3, Seed = 3 };

    private readonly TinyCheckpoint _model = TinyCheckpoint.Folder(ElementType.Float32);

    [Fact]
    public void Generate_WeightsOfTorch_DrawWhatSafetensorsDraw()
    {
        byte[] expected = Pictures(s_recipe)[0];

        foreach ((string part, string name) in new[] { ("unet", "diffusion_pytorch_model"), ("vae", "diffusion_pytorch_model"), ("text_encoder", "model") })
        {
            string safetensors = Path.Combine(_model.Path, part, name + ".safetensors");
            TorchWriter.Convert(safetensors, Path.Combine(_model.Path, part, (name == "model" ? "pytorch_model" : name) + ".bin"));
            File.Delete(safetensors);
        }

        Assert.Equal(expected, Pictures(s_recipe)[0]);
    }

    [Fact]
    public void Generate_CheckpointOfTorch_DrawsWhatSafetensorsDraw()
    {
        using TinyCheckpoint file = TinyCheckpoint.SingleFile(ElementType.Float32);
        string tokenizers = Path.GetDirectoryName(_model.Path)!;
        byte[] expected = Pictures(file.Path, [tokenizers], s_recipe)[0];

        string ckpt = Path.ChangeExtension(file.Path, ".ckpt");
        TorchWriter.Convert(file.Path, ckpt);

        Assert.Equal(expected, Pictures(ckpt, [tokenizers], s_recipe)[0]);
    }

    [Fact]
    public void Generate_LoraInThePrompt_IsTheLoraInTheList()
    {
        WriteLora();

        byte[][] pictures = Pictures(
            s_recipe,
            s_recipe with { Loras = [new LoraSelection("style", 0.5f)] },
            s_recipe with { Prompt = "cat <lora:style:0.5>" },
            s_recipe with { Loras = [new LoraSelection("style", 0.5f) { TextEncoderWeight = 0 }] },
            s_recipe with { Prompt = "<lora:style:0:0.5>cat" },
            s_recipe);

        Assert.NotEqual(pictures[0], pictures[1]);
        Assert.Equal(pictures[1], pictures[2]);
        Assert.NotEqual(pictures[1], pictures[3]);
        Assert.Equal(pictures[3], pictures[4]);
        Assert.Equal(pictures[0], pictures[5]);
    }

    [Fact]
    public void Generate_EmbeddingOfTheModel_ChangesThePictureWhileItIsThere()
    {
        string folder = Path.Combine(_model.Path, "embeddings"), file = Path.Combine(folder, "cat.safetensors");
        Directory.CreateDirectory(folder);
        void Write() => SafetensorsWriter.Write(file, [new PlannedTensor("emb_params", ElementType.Float32, 2, 16)], (_, block) => block.Fill(0.7f));

        InferenceDevice device = InferenceDevice.Open(new InferenceSettings { Provider = InferenceProvider.Cpu });
        using StableDiffusionPipeline pipeline = StableDiffusionPipeline.Load(_model.Path, new PipelineSettings([], _ => null), device);
        byte[] Draw() => pipeline.Generate(s_recipe, new Progress<StepProgress>(), CancellationToken.None).Pixels.ToArray();

        byte[] without = Draw();
        Write();
        byte[] with = Draw();
        File.Delete(file);

        Assert.NotEqual(without, with);
        Assert.Equal(without, Draw());
    }

    public void Dispose() => _model.Dispose();

    private void WriteLora() => SafetensorsWriter.Write(
        Path.Combine(_model.Path, "style.safetensors"),
        [
            new PlannedTensor(UNetLayer + ".lora_down.weight", ElementType.Float32, 2, 16), new PlannedTensor(UNetLayer + ".lora_up.weight", ElementType.Float32, 16, 2),
            new PlannedTensor(TextLayer + ".lora_down.weight", ElementType.Float32, 2, 16), new PlannedTensor(TextLayer + ".lora_up.weight", ElementType.Float32, 64, 2),
        ],
        new RandomWeights(9).Fill);

    private byte[][] Pictures(params ImageRecipe[] recipes) => Pictures(_model.Path, [], recipes);

    private byte[][] Pictures(string path, string[] roots, params ImageRecipe[] recipes)
    {
        InferenceDevice device = InferenceDevice.Open(new InferenceSettings { Provider = InferenceProvider.Cpu });
        PipelineSettings settings = new(roots, name => Path.Combine(_model.Path, name + ".safetensors"));
        using StableDiffusionPipeline pipeline = StableDiffusionPipeline.Load(path, settings, device);
        return [.. recipes.Select(recipe => pipeline.Generate(recipe, new Progress<StepProgress>(), CancellationToken.None).Pixels.ToArray())];
    }
}
