using Microsoft.Extensions.Options;
using SdStudio.Diffusion;
using SdStudio.Storage.Models;
using SdStudio.Web.Components.Generate;
using SdStudio.Web.Configuration;
using SdStudio.Web.Generation;

namespace SdStudio.Web.Tests.Components.Generate;

public sealed class RecipeFormModelTests
{
    private static readonly ModelFile s_small = Model("small", 128, 32);
    private static readonly ModelFile s_large = Model("large", 512, 8);

    private static readonly ModelFile s_carded = Model("carded", 256, 32) with
    {
        Introduction = new ModelIntroduction(null, null, [])
        {
            Prompt = "a boat",
            Defaults = new RecipeSuggestion { Steps = 12, GuidanceScale = 4.5f, Sampler = "euler", Schedule = "simple", Width = 320, Height = 192, NegativePrompt = "blurry" },
        },
    };

    private static readonly RecipeLimits s_limits = Limits(new GenerationOptions());

    [Fact]
    public void Validate_GoodRecipe_HasNoMessages() => Assert.True(Good().Validate(s_large, s_limits).IsEmpty);

    [Theory]
    [InlineData(nameof(RecipeFormModel.Prompt))]
    [InlineData(nameof(RecipeFormModel.Width))]
    [InlineData(nameof(RecipeFormModel.Height))]
    [InlineData(nameof(RecipeFormModel.Steps))]
    [InlineData(nameof(RecipeFormModel.GuidanceScale))]
    [InlineData(nameof(RecipeFormModel.Pictures))]
    [InlineData(nameof(RecipeFormModel.ClipSkip))]
    [InlineData(nameof(RecipeFormModel.Sampler))]
    [InlineData(nameof(RecipeFormModel.Schedule))]
    [InlineData(nameof(RecipeFormModel.Seed))]
    public void Validate_OneWrongValue_SaysSoOnThatFieldAlone(string field)
    {
        RecipeFormModel form = Good();
        switch (field)
        {
            case nameof(RecipeFormModel.Prompt): form.Prompt = "  "; break;
            case nameof(RecipeFormModel.Width): form.Width = 515; break;
            case nameof(RecipeFormModel.Height): form.Height = 40_000; break;
            case nameof(RecipeFormModel.Steps): form.Steps = 0; break;
            case nameof(RecipeFormModel.GuidanceScale): form.GuidanceScale = 0.5f; break;
            case nameof(RecipeFormModel.Pictures): form.Pictures = 1000; break;
            case nameof(RecipeFormModel.ClipSkip): form.ClipSkip = 13; break;
            case nameof(RecipeFormModel.Sampler): form.Sampler = "magic"; break;
            case nameof(RecipeFormModel.Schedule): form.Schedule = "magic"; break;
            case nameof(RecipeFormModel.Seed): form.Seed = -1; break;
        }

        FieldMessages messages = form.Validate(s_large, s_limits);

        Assert.NotNull(messages[field]);
        Assert.Null(messages[field == nameof(RecipeFormModel.Steps) ? nameof(RecipeFormModel.Width) : nameof(RecipeFormModel.Steps)]);
    }

    [Fact]
    public void Validate_BeyondTheStudiosSettings_SaysSoOnEachField()
    {
        RecipeLimits strict = Limits(new GenerationOptions { MaxSteps = 10, MaxPictures = 2, MaxPixels = 512 * 256, MaxPromptLength = 100 });
        RecipeFormModel form = Good();
        (form.Prompt, form.NegativePrompt, form.Steps, form.Pictures) = (new string('a', 101), new string('b', 101), 11, 3);

        FieldMessages messages = form.Validate(s_large, strict);

        Assert.Equal("At most 100 characters.", messages[nameof(RecipeFormModel.Prompt)]);
        Assert.Equal("At most 100 characters.", messages[nameof(RecipeFormModel.NegativePrompt)]);
        Assert.Equal("Between 1 and 10 steps.", messages[nameof(RecipeFormModel.Steps)]);
        Assert.Equal("Between 1 and 2 pictures at once.", messages[nameof(RecipeFormModel.Pictures)]);
        Assert.Equal("Too large together for this studio: at most 256 high at this width.", messages[nameof(RecipeFormModel.Height)]);
    }

    [Fact]
    public void Validate_AllAtTheStudiosLimits_IsWhatTheWorkerMakesToo()
    {
        RecipeFormModel form = Good();
        (form.Prompt, form.Steps, form.Pictures, form.Width, form.Height) = (new string('a', s_limits.MaxPromptLength), s_limits.MaxSteps, s_limits.MaxPictures, 1024, 1024);

        Assert.True(form.Validate(s_large, s_limits).IsEmpty);
        Assert.Null(s_limits.Problem(form.ToRecipe(1)));
    }

    [Fact]
    public void Validate_SideOffTheStep_NamesTheNeighbours()
    {
        RecipeFormModel form = Good();
        form.Width = 515;

        string message = form.Validate(s_large, s_limits)[nameof(RecipeFormModel.Width)]!;

        Assert.Contains("512", message, StringComparison.Ordinal);
        Assert.Contains("520", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_TooManyPixelsTogether_SaysHowHighItMayBe()
    {
        RecipeFormModel form = Good();
        (form.Width, form.Height) = (2048, 1024);

        Assert.Contains("512", form.Validate(s_large, s_limits)[nameof(RecipeFormModel.Height)], StringComparison.Ordinal);
    }

    [Fact]
    public void Choose_WholeModelAfterOneWithoutVae_LeavesTheVaeBehind()
    {
        var form = new RecipeFormModel { Vae = "clear" };

        form.Choose(s_large, s_large with { Name = "half", Missing = MissingParts.Vae });
        Assert.Null(form.Vae);

        form.Vae = "clear";
        form.Choose(s_large, s_large with { Name = "other" });
        Assert.Equal("clear", form.Vae);
    }

    [Fact]
    public void Validate_ModelWithAProblem_SaysWhichProblem()
    {
        RecipeFormModel form = Good();

        Assert.Equal("The file ends early.", form.Validate(s_large with { Problem = "The file ends early." }, s_limits)[nameof(RecipeFormModel.Model)]);
        Assert.Contains("large", form.Validate(null, s_limits)[nameof(RecipeFormModel.Model)], StringComparison.Ordinal);
    }

    [Fact]
    public void Choose_AnotherModel_KeepsTheShapeInItsSize()
    {
        RecipeFormModel form = Good();
        Ratio portrait = Ratio.For(SizeLimits.Of(s_large))[1];
        (form.Width, form.Height) = (portrait.Width, portrait.Height);

        form.Choose(s_small, s_large);

        Ratio expected = Ratio.For(SizeLimits.Of(s_small))[1];
        Assert.Equal((expected.Width, expected.Height), (form.Width, form.Height));
        Assert.Equal("small", form.Model);
    }

    [Fact]
    public void Choose_AnotherModel_MovesDefaultsAndKeepsWhatWasChosen()
    {
        RecipeFormModel form = Good();
        RecipeDefaults.For(s_large).ApplyTo(form, "large");
        form.Steps = 42;

        form.Choose(s_small, s_large);

        Assert.Equal(42, form.Steps);
        Assert.Equal(RecipeDefaults.For(s_small).GuidanceScale, form.GuidanceScale);
    }

    [Fact]
    public void Choose_ModelWithACard_MovesWhatWasLeftAlone()
    {
        RecipeFormModel form = Good();
        RecipeDefaults.For(s_large).ApplyTo(form, "large");

        form.Choose(s_carded, s_large);

        Assert.Equal((320, 192, 12, 4.5f), (form.Width, form.Height, form.Steps, form.GuidanceScale));
        Assert.Equal(("euler", "simple", "a boat", "blurry"), (form.Sampler, form.Schedule, form.Prompt, form.NegativePrompt));
    }

    [Fact]
    public void Choose_ModelWithACard_KeepsWhatWasChosen()
    {
        RecipeFormModel form = Good();
        (form.Steps, form.GuidanceScale, form.Sampler, form.Schedule, form.NegativePrompt) = (33, 3, "ddim", "normal", "text");
        Ratio portrait = Ratio.For(SizeLimits.Of(s_large))[1];
        (form.Width, form.Height) = (portrait.Width, portrait.Height);

        form.Choose(s_carded, s_large);

        Ratio expected = Ratio.For(SizeLimits.Of(s_carded))[1];
        Assert.Equal((expected.Width, expected.Height, 33, 3), (form.Width, form.Height, form.Steps, form.GuidanceScale));
        Assert.Equal(("ddim", "normal", "a cat", "text"), (form.Sampler, form.Schedule, form.Prompt, form.NegativePrompt));
    }

    [Fact]
    public void Choose_ModelWithoutWordsAfterOneWithThem_LeavesTheWords()
    {
        RecipeFormModel form = new();
        RecipeDefaults.For(s_carded).ApplyTo(form, "carded");

        form.Choose(s_large, s_carded);

        Assert.Equal(("a boat", "", 512, 20), (form.Prompt, form.NegativePrompt, form.Width, form.Steps));
    }

    [Theory]
    [InlineData(100, 192)]
    [InlineData(4096, 4096)]
    [InlineData(1024, 1024)]
    public void Defaults_CardWithASizeTheModelCannotMake_AreItsNativeSize(int width, int height)
    {
        ModelFile model = s_carded with { Introduction = s_carded.Introduction! with { Defaults = new RecipeSuggestion { Width = width, Height = height } } };

        RecipeDefaults defaults = RecipeDefaults.For(model);

        Assert.Equal((256, 256, 20), (defaults.Width, defaults.Height, defaults.Steps));
    }

    [Fact]
    public void Defaults_ModelOfAKindThatNeedsFewSteps_AreThoseOfItsKindUnlessItsCardSaysOtherwise()
    {
        RecipeSuggestion kind = new() { Steps = 4, GuidanceScale = 1, Sampler = "lcm", Schedule = "sgm_uniform" };

        RecipeDefaults plain = RecipeDefaults.For(s_large with { Usual = kind }), carded = RecipeDefaults.For(s_carded with { Usual = kind });

        Assert.Equal((4, 1, "lcm", "sgm_uniform"), (plain.Steps, plain.GuidanceScale, plain.Sampler, plain.Schedule));
        Assert.Equal((12, 4.5f, "euler"), (carded.Steps, carded.GuidanceScale, carded.Sampler));
    }

    [Fact]
    public void Choose_FreeSizeTheNewModelCannotMake_FallsBackToItsOwn()
    {
        RecipeFormModel form = Good();
        (form.Width, form.Height) = (1000, 1000);

        form.Choose(s_small, s_large);

        Assert.Equal((128, 128), (form.Width, form.Height));
    }

    [Fact]
    public void ToRecipe_NoSeed_TakesTheDrawnOne()
    {
        RecipeFormModel form = Good();

        Assert.Equal(77, form.ToRecipe(77).Seed);
        form.Seed = 5;
        Assert.Equal(5, form.ToRecipe(77).Seed);
    }

    [Fact]
    public void Take_WholeRecipe_GivesItBackUnchanged()
    {
        SamplerSettings knobs = new() { Eta = 0.5f };
        NoiseSettings noise = new() { VariationSeed = 4, VariationStrength = 0.1f, BatchSize = 4, BatchIndex = 2 };
        ImageRecipe recipe = Good().ToRecipe(123) with { SamplerSettings = knobs, Noise = noise, Loras = [new LoraSelection("glass", 0.5f)], ClipSkip = 2, NegativePrompt = "text", Refiner = new RefinerSelection("second", 0.7f), Vae = "clear", TextEncoders = ["", "clip_g"], Profile = CompatibilityProfile.A1111, Emphasis = EmphasisMode.Ignore };
        var form = new RecipeFormModel();

        form.Take(recipe, keepSeed: true);
        Assert.Equal(recipe, form.ToRecipe(0));

        form.Take(recipe, keepSeed: false);
        Assert.Null(form.Seed);
    }

    [Fact]
    public void Take_ExpandedPrompt_GivesTheWordsOfThisPictureOrWhatWasWritten()
    {
        ImageRecipe recipe = Good().ToRecipe(123) with { Prompt = "a red cat", Template = new PromptTemplate("a {red|blue} cat", "{rain|snow}") };
        var form = new RecipeFormModel();

        form.Take(recipe, keepSeed: true);
        Assert.Equal("a red cat", form.Prompt);

        form.Take(recipe, keepSeed: false);
        Assert.Equal(("a {red|blue} cat", "{rain|snow}"), (form.Prompt, form.NegativePrompt));
    }

    [Fact]
    public void Defaults_SettingsThatWereKept_GoBeforeTheCardAndLeaveTheRestToIt()
    {
        ModelFile model = s_carded with { Profile = new ModelProfile { Settings = new RecipeSuggestion { Steps = 30, Sampler = "ddim", NegativePrompt = "rain" } } };

        RecipeDefaults defaults = RecipeDefaults.For(model);

        Assert.Equal((30, 4.5f, "ddim", "normal", "rain"), (defaults.Steps, defaults.GuidanceScale, defaults.Sampler, defaults.Schedule, defaults.NegativePrompt));
        Assert.Equal((320, 192), (defaults.Width, defaults.Height));
    }

    [Fact]
    public void Choose_ModelOfAnotherFamily_LetsGoOfWhatWentWithTheOldOne()
    {
        RecipeFormModel form = Good();
        (form.Refiner, form.Vae, form.TextEncoders) = (new RefinerSelection("second"), "clear", ["clip_l"]);

        form.Choose(s_small, s_large);
        Assert.Equal(("second", "clear", "clip_l"), (form.Refiner?.Name, form.Vae, form.TextEncoders.Single()));

        form.Choose(s_large with { Family = "Stable Diffusion XL" }, s_small);
        Assert.Equal((null, null, 0), (form.Refiner, form.Vae, form.TextEncoders.Length));
    }

    [Fact]
    public void Use_ModelsOfEveryKind_GoWhereTheyBelong()
    {
        RecipeFormModel form = Good();
        ModelFile lora = s_small with { Name = "glass", Kind = ModelKind.Lora, Details = new ModelDetails { PreferredWeight = 0.6f } };

        form.Use(lora, s_large, "stained glass");
        form.Use(lora, s_large, "STAINED glass");
        form.Use(s_small with { Name = "e/dusk", Kind = ModelKind.Embedding, Path = "/m/e/dusk.pt" }, s_large);
        form.Use(s_small with { Name = "clear", Kind = ModelKind.Vae }, s_large);
        form.Use(s_small, s_large);

        Assert.Equal("a cat, stained glass, dusk", form.Prompt);
        Assert.Equal(new LoraSelection("glass", 0.6f), Assert.Single(form.Loras));
        Assert.Equal(("clear", "small"), (form.Vae, form.Model));
    }

    [Theory]
    [InlineData("", "a boat")]
    [InlineData("a cat, ", "a cat, a boat")]
    [InlineData("a cat on A BOAT", "a cat on A BOAT")]
    public void AddWords_ToThePrompt_StandAtItsEndOnce(string prompt, string expected)
    {
        RecipeFormModel form = new() { Prompt = prompt };

        form.AddWords("a boat");

        Assert.Equal(expected, form.Prompt);
    }

    [Fact]
    public void ToRecipe_OneDraw_IsForAllPictures()
    {
        RecipeFormModel form = Good();
        form.IsOneDraw = true;
        Assert.Equal(1, form.ToRecipe(5).Noise.BatchSize);

        form.Pictures = 3;
        ImageRecipe recipe = form.ToRecipe(5);
        Assert.Equal([(0, 3, 5), (1, 3, 5), (2, 3, 5)], Enumerable.Range(0, 3).Select(recipe.InBatch).Select(one => (one.Noise.BatchIndex, one.Noise.BatchSize, one.Seed)));
    }

    private static RecipeLimits Limits(GenerationOptions options) => new(Options.Create(options));

    private static RecipeFormModel Good() => new() { Prompt = "a cat", Model = "large" };

    private static ModelFile Model(string name, int native, int step) =>
        new() { Name = name, Title = name, Kind = ModelKind.Checkpoint, Path = $"/models/{name}", Family = "Stable Diffusion 1.5", NativeSize = native, SizeStep = step };
}
