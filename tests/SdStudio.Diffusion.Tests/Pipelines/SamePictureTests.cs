using SdStudio.Diffusion.Imaging;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Pipelines;
using SdStudio.Diffusion.Sampling;
using SdStudio.Storage.Imaging;
using SdStudio.Storage.Metadata;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Pipelines;

/// <summary>A picture's file holds all that makes it again: from the recipe in a saved PNG come the same pixels, with the model that ships.</summary>
public sealed class SamePictureTests : IDisposable
{
    private static readonly ImageRecipe s_recipe = new()
    {
        Prompt = "a (red:1.3) lighthouse on the beach at sunset",
        NegativePrompt = "blurry",
        Checkpoint = "postcard",
        Width = 128,
        Height = 128,
        Steps = 3,
        GuidanceScale = 5,
        Seed = 7,
    };

    private static readonly Dictionary<string, ImageRecipe> s_recipes = new()
    {
        ["plain"] = s_recipe,
        ["as in A1111"] = Of(CompatibilityProfile.A1111, "euler_a", "normal"),
        ["DDIM as in A1111"] = Of(CompatibilityProfile.A1111, "ddim", "normal") with { SamplerSettings = new SamplerSettings { Eta = 0.4f } },
        ["as in ComfyUI"] = Of(CompatibilityProfile.ComfyUi, "dpm2_a", "karras"),
        ["one of a draw in ComfyUI"] = Of(CompatibilityProfile.ComfyUi, "dpmpp_2m_sde", "exponential", new NoiseSettings { BatchSize = 3, BatchIndex = 1 }),
        ["as in diffusers"] = Of(CompatibilityProfile.Diffusers, "unipc_bh2", "linspace"),
        ["noise on the way"] = s_recipe with { Sampler = "dpmpp_sde", Noise = new NoiseSettings { Source = NoiseSource.Nvidia, StepSeedDelta = 31337 } },
        ["knobs"] = s_recipe with { Sampler = "heun", Schedule = "karras", SamplerSettings = new SamplerSettings { Churn = 7.5f, ChurnMin = 0.05f, ChurnMax = 9.25f, NoiseScale = 1.003f } },
        ["order"] = s_recipe with { Sampler = "deis", Schedule = "normal", SamplerSettings = new SamplerSettings { Order = 2 } },
        ["variation"] = s_recipe with { Noise = new NoiseSettings { VariationSeed = 99, VariationStrength = 0.35f, ResizeFromWidth = 192, ResizeFromHeight = 128 } },
        ["LoRAs"] = s_recipe with { Loras = [new LoraSelection(Postcard.Loras[0], 0.7f), new LoraSelection(Postcard.Loras[1], 0.3f) { TextEncoderWeight = 0.9f }] },
        ["embedding"] = s_recipe with { Prompt = "a harbour, twilight", ClipSkip = 2 },
        ["weights left aside"] = s_recipe with { Emphasis = EmphasisMode.Ignore },
    };

    private readonly StableDiffusionPipeline _pipeline = StableDiffusionPipeline.Load(
        Postcard.Path, new PipelineSettings([], Postcard.LoraPath), InferenceDevice.Open(new InferenceSettings { Provider = InferenceProvider.Cpu }));

    public static TheoryData<string> Recipes => [.. s_recipes.Keys];

    public void Dispose() => _pipeline.Dispose();

    [Theory]
    [MemberData(nameof(Recipes))]
    public void RecipeInTheFile_MadeAgain_GivesTheSamePixels(string which)
    {
        ImageRecipe recipe = s_recipes[which];
        RgbImage picture = Generate(recipe);
        byte[] file = PngFile.Encode(picture, PictureTexts.For(recipe, DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(1)));

        ImageRecipe read = PictureReader.Read(new MemoryStream(file)).Recipe!.Recipe;

        Assert.Equal(recipe, read);
        Assert.True(picture.Pixels.Span.SequenceEqual(Generate(read).Pixels.Span));
    }

    [Fact]
    public void Recipes_OfTheseTests_AreAllOtherPictures()
    {
        byte[][] pictures = [.. s_recipes.Values.Where(recipe => recipe.Emphasis is null).Select(recipe => Generate(recipe).Pixels.ToArray())];

        for (int i = 0; i < pictures.Length; i++)
        {
            Assert.DoesNotContain(pictures.Skip(i + 1), other => other.AsSpan().SequenceEqual(pictures[i]));
        }
    }

    /// <summary>Start scaling, timesteps and last levels alone: the noise is the same, and no word has a weight.</summary>
    [Theory]
    [InlineData("ddim", "normal", CompatibilityProfile.A1111, CompatibilityProfile.ComfyUi, CompatibilityProfile.Diffusers)]
    [InlineData("dpm2", "karras", CompatibilityProfile.ComfyUi, CompatibilityProfile.Diffusers)]
    [InlineData("euler", "simple", CompatibilityProfile.ComfyUi)]
    [InlineData("euler", "leading", CompatibilityProfile.Diffusers)]
    public void Profile_WithTheSameNoise_ChangesThePictureWhereTheProgramsDiffer(string sampler, string schedule, params CompatibilityProfile[] expected)
    {
        ImageRecipe recipe = s_recipe with { Prompt = "a lighthouse", GuidanceScale = 1, Sampler = sampler, Schedule = schedule };
        byte[] own = Generate(recipe).Pixels.ToArray();

        Assert.Equal(expected, Enum.GetValues<CompatibilityProfile>().Where(profile => !Generate(recipe with { Profile = profile }).Pixels.Span.SequenceEqual(own)));
    }

    private static ImageRecipe Of(CompatibilityProfile profile, string sampler, string schedule, NoiseSettings? noise = null) =>
        s_recipe with { Profile = profile, Sampler = sampler, Schedule = schedule, Noise = ProgramCatalog.Of(profile).Draw(noise ?? NoiseSettings.Default) };

    private RgbImage Generate(ImageRecipe recipe) => _pipeline.Generate(recipe, new Silent(), CancellationToken.None);

    private sealed class Silent : IProgress<StepProgress>
    {
        public void Report(StepProgress value)
        {
        }
    }
}
