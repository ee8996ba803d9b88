using SdStudio.Diffusion.Imaging;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Pipelines;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Pipelines;

/// <summary>The pipeline on the model that ships: small, but real.</summary>
public sealed class StableDiffusionPipelineTests : IDisposable
{
    private static readonly ImageRecipe s_recipe = new()
    {
        Prompt = "a red lighthouse on the beach at sunset",
        NegativePrompt = "blurry",
        Checkpoint = "postcard",
        Width = 128,
        Height = 128,
        Steps = 3,
        GuidanceScale = 5,
        Seed = 7,
    };

    private readonly InferenceDevice _device = InferenceDevice.Open(new InferenceSettings { Provider = InferenceProvider.Cpu });
    private readonly StableDiffusionPipeline _pipeline;

    public StableDiffusionPipelineTests()
    {
        _pipeline = StableDiffusionPipeline.Load(Postcard.Path, new PipelineSettings([], Postcard.LoraPath), _device);
    }

    public void Dispose() => _pipeline.Dispose();

    [Fact]
    public void Generate_SameRecipeTwice_GivesTheSameBytes()
    {
        RgbImage first = Generate(s_recipe), second = Generate(s_recipe);

        Assert.Equal((128, 128), (first.Width, first.Height));
        Assert.True(first.Pixels.Span.SequenceEqual(second.Pixels.Span));
    }

    [Theory]
    [InlineData("euler", "normal")]
    [InlineData("euler_a", "simple")]
    [InlineData("heun", "karras")]
    [InlineData("dpmpp_2m_sde", "exponential")]
    [InlineData("ddim", "normal")]
    [InlineData("unipc", "beta")]
    [InlineData("dpm2", "karras")]
    [InlineData("tcd", "lcm")]
    public void Generate_EverySampler_ReportsEveryStepAndStopsAtThePicture(string sampler, string schedule)
    {
        List<StepProgress> reports = [];

        _pipeline.Generate(s_recipe with { Sampler = sampler, Schedule = schedule }, new Recorder(reports.Add), CancellationToken.None);

        Assert.Equal([0, 1, 2, 3], reports.Where(report => report.Stage == GenerationStage.Denoising).Select(report => report.Step));
        Assert.All(reports.Where(report => report.Stage == GenerationStage.Denoising), report => Assert.NotNull(report.Denoised));
        Assert.Equal(GenerationStage.EncodingPrompt, reports[0].Stage);
        Assert.Equal(GenerationStage.Decoding, reports[^1].Stage);
    }

    [Fact]
    public void Generate_NoiseAndKnobs_ChangeThePicture()
    {
        ImageRecipe plain = s_recipe with { Sampler = "euler_a", Steps = 2 };
        byte[][] pictures =
        [
            .. new ImageRecipe[]
            {
                plain,
                plain with { SamplerSettings = new SamplerSettings { Eta = 0.2f } },
                plain with { Noise = new NoiseSettings { Source = NoiseSource.Nvidia } },
                plain with { Noise = new NoiseSettings { VariationSeed = 1, VariationStrength = 0.5f } },
                plain with { Noise = new NoiseSettings { ResizeFromWidth = 192, ResizeFromHeight = 128 } },
                plain with { Noise = new NoiseSettings { StepSeedDelta = 31337 } },
                plain with { Noise = new NoiseSettings { BatchSize = 2, BatchIndex = 1 } },
            }.Select(recipe => Generate(recipe).Pixels.ToArray()),
        ];

        for (int i = 0; i < pictures.Length; i++)
        {
            Assert.DoesNotContain(pictures.Skip(i + 1), other => other.AsSpan().SequenceEqual(pictures[i]));
        }
    }

    [Fact]
    public void Generate_ImpossibleNoiseOrKnobs_AreRefused()
    {
        Assert.Contains("variation", Assert.Throws<RecipeException>(() => Generate(s_recipe with { Noise = new NoiseSettings { VariationStrength = 2 } })).Message, StringComparison.Ordinal);
        Assert.Contains("order", Assert.Throws<RecipeException>(() => Generate(s_recipe with { SamplerSettings = new SamplerSettings { Order = 9 } })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Generate_OtherShapes_GivesPicturesOfThatSize()
    {
        RgbImage wide = Generate(s_recipe with { Width = 192, Height = 104 });

        Assert.Equal((192, 104), (wide.Width, wide.Height));
    }

    [Fact]
    public void Generate_WithGuidanceAndNegativePrompt_ChangesThePicture()
    {
        byte[] plain = Bytes(s_recipe), unguided = Bytes(s_recipe with { GuidanceScale = 1 }), other = Bytes(s_recipe with { NegativePrompt = "sunset" });

        Assert.NotEqual(plain, unguided);
        Assert.NotEqual(plain, other);
    }

    [Fact]
    public void Generate_WithAndWithoutLora_ComesBackToTheSameBytes()
    {
        byte[] before = Bytes(s_recipe);
        byte[] with = Bytes(s_recipe with { Loras = [new LoraSelection(Postcard.Loras[0], 1)] });
        byte[] both = Bytes(s_recipe with { Loras = [new LoraSelection(Postcard.Loras[0], 1), new LoraSelection(Postcard.Loras[1], -0.5f)] });
        byte[] after = Bytes(s_recipe);

        Assert.NotEqual(before, with);
        Assert.NotEqual(with, both);
        Assert.Equal(before, after);
    }

    [Fact]
    public void Generate_CancelledAtAStep_StopsAndTheNextPictureIsMade()
    {
        using CancellationTokenSource source = new();
        Recorder progress = new(report =>
        {
            if (report.Step == 2)
            {
                source.Cancel();
            }
        });

        Assert.ThrowsAny<OperationCanceledException>(() => _pipeline.Generate(s_recipe with { Steps = 50 }, progress, source.Token));
        Assert.Equal(128, Generate(s_recipe).Width);
    }

    [Theory]
    [InlineData(100, 128, "dpmpp_2m", "karras", 1, "104 × 128")]
    [InlineData(128, 128, "magic", "karras", 1, "no sampler \"magic\"")]
    [InlineData(128, 128, "euler", "magic", 1, "no schedule \"magic\"")]
    [InlineData(128, 128, "euler", "karras", 9, "clip skip 9")]
    [InlineData(2_147_483_640, 128, "euler", "karras", 1, "too large")]
    [InlineData(2_147_483_647, 128, "euler", "karras", 1, "Use 16384 × 128")]
    public void Generate_ImpossibleRecipe_SaysWhatToDo(int width, int height, string sampler, string schedule, int clipSkip, string words)
    {
        ImageRecipe recipe = s_recipe with { Width = width, Height = height, Sampler = sampler, Schedule = schedule, ClipSkip = clipSkip };

        RecipeException exception = Assert.Throws<RecipeException>(() => Generate(recipe));

        Assert.Contains(words, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 5, 7, "1 to 1000 steps, not 0")]
    [InlineData(1001, 5, 7, "1 to 1000 steps, not 1001")]
    [InlineData(3, float.NaN, 7, "guidance scale")]
    [InlineData(3, 5, -1, "seed")]
    public void Generate_ImpossibleNumbers_AreNamed(int steps, float guidance, long seed, string words)
    {
        RecipeException exception = Assert.Throws<RecipeException>(() => Generate(s_recipe with { Steps = steps, GuidanceScale = guidance, Seed = seed }));

        Assert.Contains(words, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Generate_PromptFullOfBreaks_IsRefusedBeforeItIsEncoded()
    {
        RecipeException exception = Assert.Throws<RecipeException>(() => Generate(s_recipe with { Prompt = string.Concat(Enumerable.Repeat("a BREAK ", 64)) + "a" }));

        Assert.Contains("65 chunks", exception.Message, StringComparison.Ordinal);
        Assert.Contains("64 is the most", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Generate_LongPromptAndShortNegative_BothCount()
    {
        string many = string.Join(", ", Enumerable.Repeat("a small house in the snow at night", 20));

        Assert.NotEqual(Bytes(s_recipe), Bytes(s_recipe with { Prompt = many }));
    }

    private RgbImage Generate(ImageRecipe recipe) => _pipeline.Generate(recipe, new Recorder(_ => { }), CancellationToken.None);

    private byte[] Bytes(ImageRecipe recipe) => Generate(recipe).Pixels.ToArray();

    private sealed class Recorder(Action<StepProgress> report) : IProgress<StepProgress>
    {
        public void Report(StepProgress value) => report(value);
    }
}
