using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Pipelines;
using SdStudio.Diffusion.Tensors;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Pipelines;

/// <summary>Models whose files are sound and whose contents are not: a message for a person, whatever is wrong.</summary>
public sealed class BrokenModelTests : IDisposable
{
    private const string UNet = "model.diffusion_model.", Vae = "first_stage_model.", Text = "cond_stage_model.transformer.";

    private static readonly ImageRecipe s_recipe = new() { Prompt = "x", Checkpoint = "tiny", Width = 16, Height = 16, Steps = 2, Seed = 1, Sampler = "euler", Schedule = "normal" };

    private readonly InferenceDevice _device = InferenceDevice.Open(new InferenceSettings { Provider = InferenceProvider.Cpu });

    /// <summary>A root with a tokenizer, which single files lack.</summary>
    private readonly TinyCheckpoint _neighbour = TinyCheckpoint.Folder();

    [Theory]
    [InlineData(UNet + "middle_block.0.in_layers.2.weight", float.NaN, "UNet")]
    [InlineData(UNet + "out.2.bias", float.PositiveInfinity, "UNet")]
    [InlineData(Text + "text_model.encoder.layers.0.mlp.fc1.weight", float.NaN, "text encoder")]
    [InlineData(Text + "text_model.final_layer_norm.bias", float.NegativeInfinity, "text encoder")]
    [InlineData(Vae + "decoder.conv_in.weight", float.NaN, "VAE decoder")]
    [InlineData(Vae + "decoder.conv_out.bias", float.PositiveInfinity, "VAE decoder")]
    public void Generate_WeightThatIsNoNumber_SaysWhichNetworkAnswersSo(string weight, float value, string network)
    {
        using TinyCheckpoint model = TinyCheckpoint.SingleFile(spoil: (tensor, block) =>
        {
            if (tensor.Name == weight)
            {
                block[0] = value;
            }
        });

        InferenceException e = Assert.Throws<InferenceException>(() => Make(model));

        Assert.Equal(InferenceFailure.NotANumber, e.Reason);
        Assert.StartsWith($"The {network} answered with values that are no numbers", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_DecoderWithoutAWeight_IsRefusedBeforeAnyStep()
    {
        using TinyCheckpoint model = TinyCheckpoint.SingleFile(keep: name => name != Vae + "decoder.conv_out.weight");

        CheckpointException e = Assert.Throws<CheckpointException>(() => Load(model).Dispose());

        Assert.Equal(CheckpointProblem.MissingWeight, e.Problem);
        Assert.Contains("decoder.conv_out.weight", e.Message, StringComparison.Ordinal);
    }

    /// <summary>Weights through the whole network, in turn as a list, empty, cut in half, and with a dimension too many.</summary>
    [Theory]
    [InlineData(UNet)]
    [InlineData(Vae)]
    [InlineData(Text)]
    public void Generate_WeightOfAnotherShape_IsAlwaysAMessage(string component)
    {
        using TinyCheckpoint sound = TinyCheckpoint.SingleFile();
        string[] names = [.. SafetensorsHeader.Read(sound.Path).Tensors.Keys.Where(name => name.StartsWith(component, StringComparison.Ordinal) && !name.Contains("encoder.down", StringComparison.Ordinal))];
        Func<long[], long[]>[] changes = [shape => [shape.Aggregate((a, b) => a * b)], shape => [0, .. shape[1..]], shape => [(shape[0] + 1) / 2, .. shape[1..]], shape => [1, .. shape]];
        for (int i = 0; i < names.Length; i += 3)
        {
            using TinyCheckpoint model = TinyCheckpoint.SingleFile(change: tensor => tensor.Name == names[i] ? new PlannedTensor(tensor.Name, tensor.Type, changes[i % changes.Length](tensor.Shape)) : tensor);
            Exception? e = Record.Exception(() => Make(model));
            Assert.True(e is null or DiffusionException, $"{names[i]}, change {i % changes.Length}: {e}");
            Assert.DoesNotContain("ErrorCode", e?.Message ?? "", StringComparison.Ordinal);
        }
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Generate_LoraFileCutShortMeanwhile_FailsAndTheNextPictureIsAsBefore(bool lowMemory)
    {
        InferenceDevice device = InferenceDevice.Open(new InferenceSettings { Provider = InferenceProvider.Cpu, LowMemory = lowMemory });
        string lora = Path.Combine(Path.GetDirectoryName(_neighbour.Path)!, "style.safetensors");
        using StableDiffusionPipeline pipeline = StableDiffusionPipeline.Load(_neighbour.Path, new PipelineSettings([], _ => lora), device);
        string[] layers = ["attn1_to_q", "attn1_to_k", "attn2_to_v"];
        SafetensorsWriter.Write(
            lora,
            [.. layers.SelectMany(layer => new[]
            {
                new PlannedTensor($"lora_unet_middle_block_1_transformer_blocks_0_{layer}.lora_down.weight", ElementType.Float32, 2, 16),
                new PlannedTensor($"lora_unet_middle_block_1_transformer_blocks_0_{layer}.lora_up.weight", ElementType.Float32, 16, 2),
            })],
            (_, block) => block.Fill(0.3f));
        ImageRecipe with = s_recipe with { Loras = [new LoraSelection("style", 1)] };
        byte[] before = Generate(pipeline, s_recipe);
        byte[] styled = Generate(pipeline, with);

        byte[] whole = File.ReadAllBytes(lora);
        Skip.IfNot(OtherProgram.Truncates(lora, whole.Length - 200), "A file that is open here cannot be cut.");
        CheckpointException e = Assert.Throws<CheckpointException>(() => Generate(pipeline, with with { Loras = [new LoraSelection("style", 0.5f)] }));

        Assert.Equal(CheckpointProblem.Truncated, e.Problem);
        Assert.Equal(before, Generate(pipeline, s_recipe));
        File.WriteAllBytes(lora, whole);
        Assert.Equal(styled, Generate(pipeline, with));
    }

    [SkippableFact]
    public void Generate_ModelCutShortBeforeItsFirstDecoding_SaysSo()
    {
        using TinyCheckpoint model = TinyCheckpoint.SingleFile();
        using StableDiffusionPipeline pipeline = Load(model);
        Skip.IfNot(OtherProgram.Truncates(model.Path, new FileInfo(model.Path).Length / 2), "A file that is open here cannot be cut.");

        CheckpointException e = Assert.Throws<CheckpointException>(() => Generate(pipeline, s_recipe));

        Assert.Equal(CheckpointProblem.Truncated, e.Problem);
    }

    [Fact]
    public void RequireMemoryFor_PictureLargerThanTheMachine_NamesBoth()
    {
        using LoadedModel model = LoadedModel.Load(_neighbour.Path, new CheckpointParts(), _device);
        long needed = VaeDecoder.MemoryFor(model.Checkpoint.Vae, 640, 480);

        model.RequireMemoryFor(640, 480, needed);
        InferenceException e = Assert.Throws<InferenceException>(() => model.RequireMemoryFor(640, 480, needed - 1));

        Assert.Equal(InferenceFailure.OutOfMemory, e.Reason);
        Assert.Contains("640 × 480", e.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _neighbour.Dispose();

    private static byte[] Generate(StableDiffusionPipeline pipeline, ImageRecipe recipe) =>
        pipeline.Generate(recipe, new Progress<StepProgress>(), CancellationToken.None).Pixels.ToArray();

    private StableDiffusionPipeline Load(TinyCheckpoint model) =>
        StableDiffusionPipeline.Load(model.Path, new PipelineSettings([Path.GetDirectoryName(_neighbour.Path)!], _ => null), _device);

    private void Make(TinyCheckpoint model)
    {
        using StableDiffusionPipeline pipeline = Load(model);
        Generate(pipeline, s_recipe);
    }
}
