using SdStudio.Diffusion;
using SdStudio.Storage.Gallery;
using SdStudio.Web.Components.Gallery;

namespace SdStudio.Web.Tests.Components.Gallery;

public sealed class PictureWordsTests
{
    private static readonly ImageRecipe s_recipe = new() { Prompt = "a cat", Checkpoint = "postcard", Width = 768, Height = 512, Seed = 42, GuidanceScale = 6.5f, Steps = 24 };

    [Theory]
    [InlineData("a red lighthouse on the beach, warm light", "A red lighthouse on the beach")]
    [InlineData("((storm)), night", "Storm")]
    [InlineData("", "A picture")]
    [InlineData(", ,", "A picture")]
    public void Title_Prompt_IsItsFirstPart(string prompt, string title)
    {
        Assert.Equal(title, PictureWords.Title(prompt));
    }

    [Fact]
    public void Title_LongPrompt_EndsAtAWord()
    {
        string title = PictureWords.Title("an endless road between fields of yellow flowers under a wide sky of slowly moving clouds");

        Assert.Equal("An endless road between fields of yellow flowers under a…", title);
    }

    [Fact]
    public void Kinship_Recipes_TellHowTheChildWasMade()
    {
        Assert.Equal("Again", PictureWords.Kinship(s_recipe, s_recipe with { }));
        Assert.Equal("Re-roll", PictureWords.Kinship(s_recipe, s_recipe with { Seed = 43 }));
        Assert.Equal("Remix", PictureWords.Kinship(s_recipe, s_recipe with { Prompt = "a dog" }));
    }

    [Fact]
    public void RecipeLines_WholeRecipe_NamesEveryValue()
    {
        ImageRecipe recipe = s_recipe with
        {
            Loras = [new LoraSelection("stained-glass", 0.8f), new LoraSelection("blueprint", 0.3f)],
            NegativePrompt = "blurry",
            ClipSkip = 2,
        };

        Assert.Equal(
            [
                ("Model", "Checkpoint postcard"), ("LoRAs", "Lora stained-glass 0.8, Lora blueprint 0.3"), ("Size", "768 × 512"), ("Steps", "24"),
                ("Guidance", "6.5"), ("Sampler", "DPM++ 2M, Karras"), ("Seed", "42"), ("Clip skip", "2"), ("Negative", "blurry"),
            ],
            RecipeLines.Of(recipe, (kind, name) => $"{kind} {name}"));
    }

    [Fact]
    public void RecipeLines_NoiseAndKnobs_AreSaidWhereTheyAreUnusual()
    {
        ImageRecipe recipe = s_recipe with
        {
            Noise = new NoiseSettings { Source = NoiseSource.Nvidia, VariationSeed = 5, VariationStrength = 0.25f, BatchSize = 4, BatchIndex = 1 },
            SamplerSettings = new SamplerSettings { Eta = 0.5f, Order = 2 },
        };

        IEnumerable<(string, string)> lines = RecipeLines.Of(recipe, (_, name) => name);
        Assert.Contains(("Noise", "of an NVIDIA card, 25 % of seed 5, picture 2 of 4 in one draw"), lines);
        Assert.Contains(("Sampler knobs", "eta 0.5, order 2"), lines);
        Assert.DoesNotContain(RecipeLines.Of(s_recipe, (_, name) => name), line => line.Name is "Noise" or "Sampler knobs");
    }

    [Fact]
    public void RecipeLines_AnotherProgramsPicture_SayWhoseAndWhatIsItsOwn()
    {
        ImageRecipe recipe = s_recipe with { Profile = CompatibilityProfile.ComfyUi, Emphasis = EmphasisMode.Ignore, Noise = new NoiseSettings { StepSource = NoiseSource.Nvidia } };

        IEnumerable<(string, string)> lines = RecipeLines.Of(recipe, (_, name) => name);
        Assert.Contains(("Same picture as", "ComfyUI"), lines);
        Assert.Contains(("Emphasis", "Ignored"), lines);
        Assert.Contains(("Noise", "on the way of an NVIDIA card"), lines);
        Assert.DoesNotContain(RecipeLines.Of(s_recipe, (_, name) => name), line => line.Name is "Same picture as" or "Emphasis");
    }

    [Fact]
    public void RecipeLines_UnknownSampler_IsShownAsItIs()
    {
        Assert.Contains(("Sampler", "theirs, Karras"), RecipeLines.Of(s_recipe with { Sampler = "theirs" }, (_, name) => name));
    }

    [Theory]
    [InlineData(512, 512, "/thumbnails/7/256.webp?v=3e8 256w, /thumbnails/7/512.webp?v=3e8 512w")]
    [InlineData(512, 1024, "/thumbnails/7/256.webp?v=3e8 128w, /thumbnails/7/512.webp?v=3e8 256w")]
    [InlineData(128, 128, "/thumbnails/7/256.webp?v=3e8 128w")]
    public void ThumbnailSet_Widths_AreThoseOfTheFiles(int width, int height, string set)
    {
        Assert.Equal(set, GalleryAddress.ThumbnailSet(new GalleryTile(7, width, height, DateTimeOffset.FromUnixTimeSeconds(1))));
    }
}
