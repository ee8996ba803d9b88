using System.Text.Json;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Pipelines;
using SdStudio.Diffusion.Prompts;
using SdStudio.Diffusion.Tensors;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Pipelines;

/// <summary>Pictures of two models: the miniature of Stable Diffusion XL begins, others finish.</summary>
public sealed class RefinerTests : IDisposable
{
    private static readonly InferenceDevice s_device = InferenceDevice.Open(new InferenceSettings { Provider = InferenceProvider.Cpu, Threads = 1 });

    private static readonly ImageRecipe s_recipe = new()
    {
        Checkpoint = "tiny",
        Prompt = "a castle on a hill",
        NegativePrompt = "blurry",
        Width = 64,
        Height = 64,
        Steps = 4,
        Seed = 5,
        Sampler = "euler",
        Schedule = "normal",
    };

    private readonly string _root = Directory.CreateTempSubdirectory("sdstudio-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [SkippableFact]
    public void Load_RefinerAlone_SaysThatItFinishesPictures()
    {
        string refiner = WriteRefiner();
        using (Checkpoint checkpoint = Checkpoint.Open(refiner))
        {
            Assert.Equal("sdxl-refiner", checkpoint.Family.Key);
            Assert.All(checkpoint.Components.Where(component => component.Component != Component.Vae), component => Assert.Empty(component.MissingWeights));
        }

        Assert.StartsWith("This is the refiner", Assert.Throws<UnsupportedModelException>(() => LoadedModel.Load(refiner, new CheckpointParts(), s_device)).Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void ForSize_OfARefiner_TellsSizeAndBeauty()
    {
        using LoadedModel refiner = LoadedModel.Load(Checkpoint.Open(WriteRefiner()), new CheckpointParts(), s_device, isSecond: true);
        Conditioning prompt = refiner.Encode("a castle", 1, CancellationToken.None);

        float[] positive = refiner.ForSize(prompt, 64, 32).Label!, negative = refiner.ForSize(prompt, 64, 32, isNegative: true).Label!;

        // Cosines, then sines, of each number times 1 and times 1/100.
        float[] Sinusoids(float number) => [MathF.Cos(number), MathF.Cos(number / 100), MathF.Sin(number), MathF.Sin(number / 100)];
        float[] sizes = [.. Sinusoids(32), .. Sinusoids(64), .. Sinusoids(0), .. Sinusoids(0)];
        Close.Within([.. prompt.Pooled!, .. sizes, .. Sinusoids(6)], positive, 1e-5);
        Close.Within([.. prompt.Pooled!, .. sizes, .. Sinusoids(2.5f)], negative, 1e-5);
    }

    [SkippableFact]
    public void Generate_WithRefiner_ChangesThePictureAndReportsEveryStepOnce()
    {
        using StableDiffusionPipeline pipeline = Load(WriteRefiner());
        List<int> steps = [];

        byte[] plain = Make(pipeline, s_recipe), refined = Make(pipeline, s_recipe with { Refiner = new("refiner", 0.5f) }, steps.Add);

        Assert.NotEqual(plain, refined);
        Assert.Equal([0, 1, 2, 3, 4], steps);
        Assert.Equal(refined, Make(pipeline, s_recipe with { Refiner = new("refiner", 0.5f) }));
        Assert.NotEqual(refined, Make(pipeline, s_recipe with { Refiner = new("refiner", 0.25f) }));
        Assert.NotEqual(refined, Make(pipeline, s_recipe with { Refiner = new("refiner", 0) }));
        Assert.Equal(plain, Make(pipeline, s_recipe with { Refiner = new("refiner", 1) }));
        Assert.Equal(plain, Make(pipeline, s_recipe));
    }

    [SkippableTheory]
    [InlineData("euler")]
    [InlineData("heun")]
    [InlineData("ddim")]
    [InlineData("euler_a")]
    public void Generate_WithTheSameModelAsRefiner_IsThePictureOfOne(string sampler)
    {
        using StableDiffusionPipeline pipeline = Load(GoldenFolder.Require("models/sdxl-tiny"));
        ImageRecipe recipe = s_recipe with { Sampler = sampler };

        Assert.Equal(Make(pipeline, recipe), Make(pipeline, recipe with { Refiner = new("refiner", 0.5f) }));
    }

    [SkippableFact]
    public void Generate_WithARefinerThatIsNotThere_NamesIt()
    {
        using StableDiffusionPipeline pipeline = Load(null);

        RecipeException e = Assert.Throws<RecipeException>(() => Make(pipeline, s_recipe with { Refiner = new("refiner") }));

        Assert.Contains("\"refiner\" is not in the model folders", e.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Generate_WithARefinerOfOtherLatents_RefusesItAndGoesOnWithoutIt()
    {
        using StableDiffusionPipeline pipeline = Load(GoldenFolder.Require("models/sd15-tiny"));

        RecipeException e = Assert.Throws<RecipeException>(() => Make(pipeline, s_recipe with { Refiner = new("refiner") }));

        Assert.Contains("made for Stable Diffusion 1.x", e.Message, StringComparison.Ordinal);
        Assert.NotEmpty(Make(pipeline, s_recipe));
    }

    [SkippableTheory]
    [InlineData(-0.1f)]
    [InlineData(1.1f)]
    [InlineData(float.NaN)]
    public void Generate_WithAnImpossibleSwitchPoint_SaysWhatIsPossible(float switchAt)
    {
        using StableDiffusionPipeline pipeline = Load(null);

        Assert.Contains("between 0 and 1", Assert.Throws<RecipeException>(() => Make(pipeline, s_recipe with { Refiner = new("refiner", switchAt) })).Message, StringComparison.Ordinal);
    }

    private static StableDiffusionPipeline Load(string? refiner) => StableDiffusionPipeline.Load(
        GoldenFolder.Require("models/sdxl-tiny"), new PipelineSettings([], _ => null) { FindModel = _ => refiner }, s_device);

    private static byte[] Make(StableDiffusionPipeline pipeline, ImageRecipe recipe, Action<int>? report = null) =>
        pipeline.Generate(recipe, new Steps(report), CancellationToken.None).Pixels.ToArray();

    /// <summary>A UNet of random weights that is told five numbers, and the second text encoder of the miniature; without a VAE, which it never needs.</summary>
    private string WriteRefiner()
    {
        const int Context = 48, Time = 32, Label = Context + (5 * 4);
        string tiny = GoldenFolder.Require("models/sdxl-tiny"), path = Path.Combine(_root, "refiner");
        foreach (string part in (string[])["text_encoder_2", "tokenizer_2"])
        {
            Directory.CreateDirectory(Path.Combine(path, part));
            foreach (string file in Directory.EnumerateFiles(Path.Combine(tiny, part)))
            {
                File.Copy(file, Path.Combine(path, part, Path.GetFileName(file)));
            }
        }

        StableDiffusion1Plan plan = StableDiffusion1Plan.TinyFolder with { TextWidth = Context };
        List<PlannedTensor> unet =
        [
            .. plan.UNet(),
            new("label_emb.0.0.weight", ElementType.Float16, Time, Label),
            new("label_emb.0.0.bias", ElementType.Float16, Time),
            new("label_emb.0.2.weight", ElementType.Float16, Time, Time),
            new("label_emb.0.2.bias", ElementType.Float16, Time),
        ];
        Dictionary<string, string> names = KeyMap.ForUNet(new UNetLayout(plan.LayersPerBlock, [1, 0], 1, HasLabelEmbedding: true)).Modules.ToDictionary(module => module.Original, module => module.Diffusers);
        Directory.CreateDirectory(Path.Combine(path, "unet"));
        SafetensorsWriter.Write(
            Path.Combine(path, "unet", "diffusion_pytorch_model.safetensors"),
            [.. unet.Select(tensor => tensor with { Name = names[tensor.Name[..tensor.Name.LastIndexOf('.')]] + tensor.Name[tensor.Name.LastIndexOf('.')..] })],
            new RandomWeights(3).Fill);
        File.WriteAllBytes(Path.Combine(path, "unet", "config.json"), JsonSerializer.SerializeToUtf8Bytes(new
        {
            in_channels = 4,
            cross_attention_dim = 1280,
            attention_head_dim = plan.Heads,
            block_out_channels = plan.Channels,
            layers_per_block = plan.LayersPerBlock,
            norm_num_groups = plan.NormGroups,
            addition_embed_type = "text_time",
            down_block_types = new[] { "CrossAttnDownBlock2D", "DownBlock2D" },
            up_block_types = new[] { "UpBlock2D", "CrossAttnUpBlock2D" },
        }));
        return path;
    }

    private sealed class Steps(Action<int>? report) : IProgress<StepProgress>
    {
        public void Report(StepProgress value)
        {
            if (value.Stage == GenerationStage.Denoising)
            {
                report?.Invoke(value.Step);
            }
        }
    }
}
