namespace SdStudio.Diffusion.Tests;

public sealed class RecipeDifferencesTests
{
    private static readonly ImageRecipe s_recipe = new() { Prompt = "a cat", Checkpoint = "m", Width = 64, Height = 64, Seed = 1 };

    public static TheoryData<string, ImageRecipe> Others => new()
    {
        { "Prompt", s_recipe with { Prompt = "a dog" } },
        { "Negative prompt", s_recipe with { NegativePrompt = "blurry" } },
        { "Model", s_recipe with { Checkpoint = "n" } },
        { "LoRAs", s_recipe with { Loras = [new LoraSelection("l", 0.5f)] } },
        { "Size", s_recipe with { Width = 128 } },
        { "Steps", s_recipe with { Steps = 21 } },
        { "Guidance", s_recipe with { GuidanceScale = 7.5f } },
        { "Seed", s_recipe with { Seed = 2 } },
        { "Sampler", s_recipe with { Sampler = "euler" } },
        { "Schedule", s_recipe with { Schedule = "normal" } },
        { "Eta", s_recipe with { SamplerSettings = new SamplerSettings { Eta = 0.5f } } },
        { "Churn", s_recipe with { SamplerSettings = new SamplerSettings { Churn = 10 } } },
        { "Noise scale", s_recipe with { SamplerSettings = new SamplerSettings { NoiseScale = 1.003f } } },
        { "Order", s_recipe with { SamplerSettings = new SamplerSettings { Order = 2 } } },
        { "Same picture as", s_recipe with { Profile = CompatibilityProfile.ComfyUi } },
        { "Emphasis", s_recipe with { Emphasis = EmphasisMode.NoNorm } },
        { "Noise", s_recipe with { Noise = new NoiseSettings { Source = NoiseSource.Nvidia } } },
        { "Noise on the way", s_recipe with { Noise = new NoiseSettings { StepSeedDelta = 31337 } } },
        { "Variation", s_recipe with { Noise = new NoiseSettings { VariationSeed = 3, VariationStrength = 0.2f } } },
        { "Seed resized from", s_recipe with { Noise = new NoiseSettings { ResizeFromWidth = 512, ResizeFromHeight = 512 } } },
        { "Batch", s_recipe with { Noise = new NoiseSettings { BatchSize = 4, BatchIndex = 1 } } },
        { "Clip skip", s_recipe with { ClipSkip = 2 } },
        { "Refiner", s_recipe with { Refiner = new RefinerSelection("r", 0.8f) } },
        { "VAE", s_recipe with { Vae = "v" } },
        { "Text encoders", s_recipe with { TextEncoders = ["", "t"] } },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public void Between_OneFieldChanged_NamesItAlone(string name, ImageRecipe other)
    {
        RecipeDifference difference = Assert.Single(RecipeDifferences.Between(s_recipe, other));

        Assert.Equal(name, difference.Name);
        Assert.NotEqual(difference.First, difference.Second);
        Assert.Equal(new RecipeDifference(name, difference.Second, difference.First), Assert.Single(RecipeDifferences.Between(other, s_recipe)));
    }

    [Fact]
    public void Between_SamePicture_IsEmpty() =>
        Assert.Empty(RecipeDifferences.Between(s_recipe, s_recipe with { Template = new PromptTemplate("a {cat|dog}", "") }));

    [Fact]
    public void Between_Values_AreInPeoplesWords()
    {
        ImageRecipe other = s_recipe with { Sampler = "euler_a", Checkpoint = "n", Noise = new NoiseSettings { Source = NoiseSource.Nvidia, StepSource = NoiseSource.Cpu, StepSeedDelta = 1 } };

        Assert.Equal(
            [
                new("Model", "Title of m", "Title of n"),
                new("Sampler", "DPM++ 2M", "Euler a"),
                new("Noise", "processor", "NVIDIA card"),
                new RecipeDifference("Noise on the way", "goes on where the first ends", "processor, seed +1"),
            ],
            RecipeDifferences.Between(s_recipe, other, name => $"Title of {name}"));
    }
}
