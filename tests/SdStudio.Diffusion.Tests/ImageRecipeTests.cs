namespace SdStudio.Diffusion.Tests;

public sealed class ImageRecipeTests
{
    private static readonly ImageRecipe s_recipe = new() { Checkpoint = "x", Width = 64, Height = 64, Seed = long.MaxValue - 1 };

    [Fact]
    public void InBatch_Usual_CountsTheSeedsUp() =>
        Assert.Equal([long.MaxValue - 1, long.MaxValue, 0], Enumerable.Range(0, 3).Select(place => s_recipe.InBatch(place).Seed));

    [Fact]
    public void InBatch_Variation_KeepsTheSeedAndCountsVariationsUp()
    {
        ImageRecipe recipe = s_recipe with { Noise = new NoiseSettings { VariationSeed = 7, VariationStrength = 0.1f } };

        Assert.Equal([(7, s_recipe.Seed), (8, s_recipe.Seed)], Enumerable.Range(0, 2).Select(recipe.InBatch).Select(one => (one.Noise.VariationSeed, one.Seed)));
    }

    [Fact]
    public void InBatch_OneDraw_KeepsTheSeedAndCountsPlacesUp()
    {
        ImageRecipe recipe = s_recipe with { Noise = new NoiseSettings { BatchSize = 2 } };

        Assert.Equal([(0, s_recipe.Seed), (1, s_recipe.Seed)], Enumerable.Range(0, 2).Select(recipe.InBatch).Select(one => (one.Noise.BatchIndex, one.Seed)));
    }

    [Fact]
    public void Equals_OtherNoiseOrKnobs_IsAnotherPicture()
    {
        Assert.Equal(s_recipe, s_recipe with { Noise = new NoiseSettings(), SamplerSettings = new SamplerSettings() });
        Assert.NotEqual(s_recipe, s_recipe with { Noise = new NoiseSettings { Source = NoiseSource.Nvidia } });
        Assert.NotEqual(s_recipe, s_recipe with { SamplerSettings = new SamplerSettings { Eta = 0 } });
    }

    [Fact]
    public void WhyNot_ValuesOutsideTheirRange_AreNamed()
    {
        Assert.Null(SamplerSettings.Default.WhyNot());
        Assert.Null(NoiseSettings.Default.WhyNot(0));
        Assert.All<SamplerSettings>(
            [new() { Eta = 1.1f }, new() { Eta = float.NaN }, new() { Churn = -1 }, new() { ChurnMin = float.NaN }, new() { ChurnMax = -1 }, new() { NoiseScale = float.NaN }, new() { Order = 5 }],
            settings => Assert.NotNull(settings.WhyNot()));
        Assert.All<NoiseSettings>(
            [
                new() { Source = (NoiseSource)9 }, new() { StepSource = (NoiseSource)9 }, new() { VariationSeed = -1 }, new() { VariationStrength = 1.5f }, new() { ResizeFromWidth = 1 << 20 },
                new() { StepSeedDelta = -4 }, new() { BatchSize = 0 }, new() { BatchSize = 65 }, new() { BatchIndex = 1 },
            ],
            settings => Assert.NotNull(settings.WhyNot(3)));
    }
}
