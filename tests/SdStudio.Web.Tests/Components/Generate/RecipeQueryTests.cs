using SdStudio.Diffusion;
using SdStudio.Web.Components.Generate;

namespace SdStudio.Web.Tests.Components.Generate;

public sealed class RecipeQueryTests
{
    [Fact]
    public void Read_WhatWasFormatted_GivesTheSameRecipe()
    {
        var form = new RecipeFormModel
        {
            Prompt = "a (red:1.2) lighthouse & waves = 100 % + \"größer\" ☀\nsecond line",
            NegativePrompt = "text; frame?",
            Model = "my model",
            Width = 640,
            Height = 960,
            Steps = 33,
            GuidanceScale = 6.5f,
            Sampler = "euler_a",
            Schedule = "exponential",
            Seed = 9_007_199_254_740_993,
            Pictures = 4,
            ClipSkip = 2,
            Vae = "vae: ft-mse & more",
            TextEncoders = ["", "clip_g"],
            Refiner = new RefinerSelection("refiner: xl", 0.65f),
            SamplerSettings = new SamplerSettings { Churn = 3, ChurnMax = 9.5f },
            Noise = new NoiseSettings { Source = NoiseSource.Nvidia, StepSeedDelta = -4 },
            IsOneDraw = true,
            Profile = CompatibilityProfile.ComfyUi,
            Emphasis = EmphasisMode.NoNorm,
        };
        form.Loras.Add(new LoraSelection("stained glass", 0.8f));
        form.Loras.Add(new LoraSelection("odd:name", -1.25f));
        form.Loras.Add(new LoraSelection("odd:2", 1) { TextEncoderWeight = 0.35f });
        form.Loras.Add(new LoraSelection("odd:te=3", 1));

        var read = new RecipeFormModel();
        bool found = RecipeQuery.Read("?" + RecipeQuery.Format(form), read);

        Assert.True(found);
        Assert.Equal(form.ToRecipe(0), read.ToRecipe(1));
        Assert.Equal(4, read.Pictures);
    }

    [Fact]
    public void Format_SeedLeftToChance_IsNotInTheQuery()
    {
        string query = RecipeQuery.Format(new RecipeFormModel { Prompt = "a cat" });

        Assert.DoesNotContain("seed", query, StringComparison.Ordinal);
        Assert.DoesNotContain("lora", query, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?width=abc&steps=&guidance=NaN&seed=-5&lora=noweight&lora=:1&lora=x:Infinity&lora=x:te=1&lora=:te=1:2:te=")]
    [InlineData("?knobs={}x&noise=7&knobs=null")]
    [InlineData("?knobs={\"Eta\":9}&noise={\"BatchSize\":100000000}")]
    [InlineData("?width=99999999999999999999&guidance=1e999")]
    [InlineData("?profile=Photoshop&emphasis=17")]
    public void Read_NonsenseValues_LeavesTheFormAsItWas(string query)
    {
        var form = new RecipeFormModel();

        RecipeQuery.Read(query, form);

        Assert.Equal(new RecipeFormModel().ToRecipe(0), form.ToRecipe(0));
        Assert.Null(form.Seed);
    }

    [Fact]
    public void Read_StylesThatWereFormatted_ComeBackInTheirOrder()
    {
        RecipeFormModel form = new(), read = new();
        form.Styles.AddRange(["Oil & more", "Film"]);
        read.Styles.Add("Other");

        RecipeQuery.Read(RecipeQuery.Format(form), read);

        Assert.Equal(["Oil & more", "Film"], read.Styles);
    }

    [Fact]
    public void Read_ManyStyles_AreCut()
    {
        var form = new RecipeFormModel();

        RecipeQuery.Read("?style=" + string.Concat(Enumerable.Range(0, 500).Select(i => $"&style=s{i}")) + $"&style={new string('x', 500)}", form);

        Assert.Equal(16, form.Styles.Count);
    }

    [Fact]
    public void Read_HugeTextAndManyLoras_AreCut()
    {
        var form = new RecipeFormModel();
        string loras = string.Concat(Enumerable.Range(0, 500).Select(i => $"&lora=l{i}:1"));

        RecipeQuery.Read($"?prompt={new string('x', 100_000)}{loras}", form);

        Assert.Equal("", form.Prompt);
        Assert.Equal(RecipeFormModel.MostLoras + 1, form.Loras.Count);
        Assert.Contains($"at most {RecipeFormModel.MostLoras} LoRAs", form.TooManyLoras, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AsManyLorasAsAPictureTakes_KeepsThemAll()
    {
        var form = new RecipeFormModel();
        form.Loras.AddRange(Enumerable.Range(0, RecipeFormModel.MostLoras).Select(i => new LoraSelection($"style {i}", i / 100f)));
        var again = new RecipeFormModel();

        RecipeQuery.Read(RecipeQuery.Format(form), again);

        Assert.Equal(form.Loras, again.Loras);
        Assert.Null(again.TooManyLoras);
    }

    [Fact]
    public void Read_LoraWeightBeyondReason_IsBroughtBack()
    {
        var form = new RecipeFormModel();

        RecipeQuery.Read("?lora=glass:1000", form);

        Assert.Equal(new LoraSelection("glass", RecipeFormModel.MostLoraWeight), Assert.Single(form.Loras));
    }

    [Fact]
    public void Read_QueryAboutSomethingElse_FindsNothing() => Assert.False(RecipeQuery.Read("?from=7", new RecipeFormModel()));
}
