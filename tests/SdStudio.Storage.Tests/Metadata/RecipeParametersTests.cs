using SdStudio.Diffusion;
using SdStudio.Diffusion.Sampling;
using SdStudio.Storage.Metadata;

namespace SdStudio.Storage.Tests.Metadata;

public sealed class RecipeParametersTests
{
    private static readonly ImageRecipe s_recipe = new()
    {
        Prompt = "a beach, (sunset:1.2)",
        NegativePrompt = "blurry",
        Checkpoint = "postcard",
        Width = 512,
        Height = 768,
        Steps = 28,
        GuidanceScale = 7,
        Seed = 1234567890123,
        Sampler = "dpmpp_2m",
        Schedule = "karras",
    };

    [Fact]
    public void Write_Recipe_IsInTheOrderAndWordsOfTheField() => Assert.Equal(
        "a beach, (sunset:1.2)\nNegative prompt: blurry\nSteps: 28, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 7, Seed: 1234567890123, "
        + "Size: 512x768, Model hash: 0123456789, Model: postcard, RNG: CPU, Version: SdStudio 0.1.0",
        RecipeParameters.Write(s_recipe, "0123456789"));

    [Fact]
    public void Write_LorasAndClipSkip_AreSaidTheUsualWay()
    {
        ImageRecipe recipe = s_recipe with
        {
            NegativePrompt = "",
            GuidanceScale = 7.5f,
            ClipSkip = 2,
            Loras = [new LoraSelection("stained-glass", 0.8f), new LoraSelection("blueprint", 1), new LoraSelection("other", -0.25f)],
        };

        Assert.Equal(
            "a beach, (sunset:1.2) <lora:stained-glass:0.8> <lora:blueprint:1> <lora:other:-0.25>\n"
            + "Steps: 28, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 7.5, Seed: 1234567890123, Size: 512x768, Model: postcard, Clip skip: 2, RNG: CPU, "
            + "Lora hashes: \"stained-glass: aaaaaaaaaaaa, other: bbbbbbbbbbbb\", Version: SdStudio 0.1.0",
            RecipeParameters.Write(recipe, null, new Dictionary<string, string> { ["other"] = "bbbbbbbbbbbb", ["stained-glass"] = "aaaaaaaaaaaa" }));
    }

    public static TheoryData<string, string> SamplersAndSchedules
    {
        get
        {
            TheoryData<string, string> rows = [];
            foreach (SamplerChoice sampler in SamplerCatalog.All)
            {
                foreach (Schedule schedule in Schedules.All)
                {
                    rows.Add(sampler.Key, schedule.Key);
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(SamplersAndSchedules))]
    public void TryRead_WhatWasWritten_IsTheSameRecipe(string sampler, string schedule)
    {
        ImageRecipe recipe = s_recipe with { Sampler = sampler, Schedule = schedule, ClipSkip = 2, GuidanceScale = 6.3f, Loras = [new LoraSelection("stained-glass", 0.8f)] };

        Assert.Equal(recipe, RecipeParameters.TryRead(RecipeParameters.Write(recipe), Defaults));
    }

    [Fact]
    public void TryRead_Refiner_IsTheModelAndWhereItTakesOver()
    {
        ImageRecipe recipe = s_recipe with { Refiner = new RefinerSelection("sd_xl_refiner_1.0", 0.65f) };
        string written = RecipeParameters.Write(recipe);

        Assert.Contains("Refiner: sd_xl_refiner_1.0, Refiner switch at: 0.65", written, StringComparison.Ordinal);
        Assert.Equal(recipe, RecipeParameters.TryRead(written, Defaults));
        Assert.Equal(recipe, RecipeParameters.TryRead(written.Replace("refiner_1.0,", "refiner_1.0 [7440042bbd],", StringComparison.Ordinal), Defaults));
        Assert.Equal(recipe, RecipeJson.Read(RecipeJson.Write(recipe)));
        Assert.Equal(s_recipe, RecipeJson.Read(RecipeJson.Write(s_recipe).Replace("\"refiner\":null", "\"unknown\":1", StringComparison.Ordinal)));
    }

    [Fact]
    public void TryRead_VaeAndTextEncoders_AreTheirNames()
    {
        ImageRecipe recipe = s_recipe with { Vae = "vae-ft-mse-840000", TextEncoders = ["", "clip, large"] };
        string written = RecipeParameters.Write(recipe);

        Assert.Contains("Model: postcard, VAE: vae-ft-mse-840000, Text encoder 2: \"clip, large\", RNG", written, StringComparison.Ordinal);
        Assert.Equal(recipe, RecipeParameters.TryRead(written, Defaults));
        Assert.Equal(recipe, RecipeParameters.TryRead(written.Replace("840000,", "840000.safetensors,", StringComparison.Ordinal), Defaults));
        Assert.Equal(s_recipe with { TextEncoders = recipe.TextEncoders }, RecipeParameters.TryRead(written.Replace("vae-ft-mse-840000", "Automatic", StringComparison.Ordinal), Defaults));
        Assert.Equal(recipe, RecipeJson.Read(RecipeJson.Write(recipe)));
        Assert.Equal(s_recipe, RecipeJson.Read(RecipeJson.Write(s_recipe).Replace("\"vae\":null,\"textEncoders\":[]", "\"unknown\":1", StringComparison.Ordinal)));
        Assert.Equal(s_recipe, RecipeJson.Read(RecipeJson.Write(s_recipe).Replace("\"textEncoders\":[]", "\"textEncoders\":[\"\",null]", StringComparison.Ordinal)));
    }

    [Fact]
    public void TryRead_NoiseAndKnobs_AreAsWritten()
    {
        ImageRecipe recipe = s_recipe with
        {
            Sampler = "euler_a",
            SamplerSettings = new SamplerSettings { Eta = 0.67f, NoiseScale = 1.02f },
            Noise = new NoiseSettings
            {
                Source = NoiseSource.Nvidia,
                VariationSeed = 77,
                VariationStrength = 0.25f,
                ResizeFromWidth = 512,
                ResizeFromHeight = 640,
                StepSeedDelta = 31337,
            },
        };
        string written = RecipeParameters.Write(recipe);

        Assert.Contains(
            "Variation seed: 77, Variation seed strength: 0.25, Seed resize from: 512x640, ENSD: 31337, RNG: NV, Eta: 0.67, Sigma noise: 1.02", written, StringComparison.Ordinal);
        Assert.Equal(recipe, RecipeParameters.TryRead(written, Defaults));
        Assert.Equal(recipe, RecipeJson.Read(RecipeJson.Write(recipe)));
        Assert.Contains("\"source\":\"Nvidia\"", RecipeJson.Write(recipe), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("heun", "Sigma churn: 5, Sigma tmin: 0.05, Sigma tmax: 10")]
    [InlineData("ddim", "Eta DDIM: 0.5")]
    [InlineData("unipc", "UniPC order: 2")]
    [InlineData("dpmpp_2m", "RNG: CPU, Version")]
    public void Write_Knobs_AreThoseThatTheSamplerHeeds(string sampler, string expected)
    {
        SamplerSettings all = new() { Eta = 0.5f, Churn = 5, ChurnMin = 0.05f, ChurnMax = 10, Order = 2 };

        Assert.Contains(expected, RecipeParameters.Write(s_recipe with { Sampler = sampler, SamplerSettings = all }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CompatibilityProfile.SdStudio, null, null)]
    [InlineData(CompatibilityProfile.A1111, EmphasisMode.Original, null)]
    [InlineData(CompatibilityProfile.A1111, EmphasisMode.NoNorm, "No norm")]
    [InlineData(CompatibilityProfile.SdStudio, EmphasisMode.Ignore, "Ignore")]
    [InlineData(CompatibilityProfile.Diffusers, null, "Ignore")]
    [InlineData(CompatibilityProfile.ComfyUi, null, "ComfyUI")]
    public void Write_Emphasis_IsSaidWhereItIsNotTheUsualOne(CompatibilityProfile profile, EmphasisMode? emphasis, string? expected)
    {
        string text = RecipeParameters.Write(s_recipe with { Profile = profile, Emphasis = emphasis });

        Assert.Equal(expected, ParametersText.Parse(text)["Emphasis"]);
        Assert.Equal(ProgramCatalog.EmphasisFor(s_recipe with { Profile = profile, Emphasis = emphasis }), ProgramCatalog.EmphasisFor(PictureReader.Read(text).Recipe!.Recipe));
    }

    [Fact]
    public void Json_ProfileAndTemplate_ComeBackAndMayBeLeftOut()
    {
        ImageRecipe recipe = s_recipe with
        {
            Profile = CompatibilityProfile.ComfyUi,
            Emphasis = EmphasisMode.NoNorm,
            Template = new PromptTemplate("a {red|blue} cat", "__weather__"),
        };

        ImageRecipe read = RecipeJson.Read(RecipeJson.Write(recipe));

        Assert.Equal((recipe, recipe.Template), (read, read.Template));
        Assert.Contains("\"profile\":\"ComfyUi\"", RecipeJson.Write(recipe), StringComparison.Ordinal);
        Assert.Equal(s_recipe, RecipeJson.Read(RecipeJson.Write(s_recipe).Replace("\"profile\":\"SdStudio\",\"emphasis\":null,\"template\":null", "\"unknown\":1", StringComparison.Ordinal)));
    }

    [Fact]
    public void TryRead_KnobsThatNoSamplerTakes_AreLeftOut()
    {
        ImageRecipe? recipe = RecipeParameters.TryRead("x\nSteps: 20, Sampler: Euler a, Seed: 1, Eta: 40, Variation seed: 3, Variation seed strength: -2", Defaults);

        Assert.Equal((SamplerSettings.Default, NoiseSettings.Default), (recipe?.SamplerSettings, recipe?.Noise));
    }

    [Theory]
    [InlineData("DPM++ 2M Karras", "dpmpp_2m", "karras")]
    [InlineData("euler A", "euler_a", "simple")]
    [InlineData("UniPC", "unipc", "simple")]
    [InlineData("Somebody's own", "euler", "simple")]
    public void TryRead_SamplerOfOldTexts_TellsTheScheduleToo(string sampler, string samplerKey, string scheduleKey)
    {
        ImageRecipe? recipe = RecipeParameters.TryRead($"x\nSteps: 20, Sampler: {sampler}, Seed: 1", Defaults);

        Assert.Equal((samplerKey, scheduleKey), (recipe?.Sampler, recipe?.Schedule));
    }

    [Theory]
    [InlineData("just a prompt")]
    [InlineData("")]
    public void TryRead_NoParameters_IsNull(string text) => Assert.Null(RecipeParameters.TryRead(text, Defaults));

    [Fact]
    public void TryRead_Nonsense_KeepsTheDefaults()
    {
        ImageRecipe? recipe = RecipeParameters.TryRead("x <lora:a:zzz>\nSteps: -1, CFG scale: NaN, Seed: -5, Size: 0x99999999999999, Clip skip: x", Defaults);

        Assert.Equal(Defaults with { Prompt = "x <lora:a:zzz>" }, recipe);
    }

    private static ImageRecipe Defaults { get; } = new() { Checkpoint = "default", Width = 64, Height = 64, Seed = 9, Sampler = "euler", Schedule = "simple" };
}
