using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Pipelines;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Pipelines;

/// <summary>Prompts that change with the step, and prompts that are joined, in whole pictures.</summary>
public sealed class PromptLanguageTests
{
    private static readonly InferenceDevice s_device = InferenceDevice.Open(new InferenceSettings { Provider = InferenceProvider.Cpu, Threads = 1 });

    private static readonly ImageRecipe s_recipe = new()
    {
        Checkpoint = "tiny",
        Prompt = "a castle",
        Width = 64,
        Height = 64,
        Steps = 4,
        Seed = 5,
        Sampler = "euler",
        Schedule = "normal",
    };

    [SkippableTheory]
    [InlineData("[a castle:a castle:2]", "a castle")]
    [InlineData("[a castle|a castle]", "a castle")]
    [InlineData("[a castle:a dog:0]", "a dog")]
    [InlineData("[a castle:a dog:4]", "a castle")]
    public void Generate_ScheduleOfOneText_IsThatTextBitForBit(string schedule, string text) =>
        WithPipeline(make => Assert.Equal(make(s_recipe with { Prompt = text }), make(s_recipe with { Prompt = schedule })));

    [SkippableTheory]
    [InlineData("[a castle:a dog:2]")]
    [InlineData("[a castle|a dog]")]
    [InlineData("a castle AND a dog")]
    [InlineData("a castle AND a dog:-0.5")]
    public void Generate_TwoTexts_IsNeitherOfThem(string prompt) => WithPipeline(make =>
    {
        byte[] both = make(s_recipe with { Prompt = prompt });

        Assert.NotEqual(make(s_recipe), both);
        Assert.NotEqual(make(s_recipe with { Prompt = "a dog" }), both);
        Assert.Equal(both, make(s_recipe with { Prompt = prompt }));
    });

    [SkippableFact]
    public void Generate_JoinedWithNothing_IsTheOtherText() => WithPipeline(make =>
        Assert.Equal(make(s_recipe), make(s_recipe with { Prompt = "a castle AND a dog:0" })));

    [SkippableFact]
    public void Generate_NumberBehindAColon_IsAWeightForA1111Alone() => WithPipeline(make =>
    {
        Assert.NotEqual(make(s_recipe with { Prompt = "a castle:3" }), make(s_recipe with { Prompt = "a castle:3", Profile = CompatibilityProfile.A1111 }));
        Assert.NotEqual(make(s_recipe), make(s_recipe with { Prompt = "a castle:3", Profile = CompatibilityProfile.A1111 }));
    });

    [SkippableFact]
    public void Generate_TooManyBranches_IsRefused() => WithPipeline(make =>
        Assert.Throws<RecipeException>(() => make(s_recipe with { Prompt = string.Join(" AND ", Enumerable.Repeat("a", 17)) })));

    [SkippableFact]
    public void Generate_NegativePromptThatChanges_ActsFromItsStep() => WithPipeline(make =>
    {
        byte[] before = make(s_recipe with { NegativePrompt = "rain" }), changed = make(s_recipe with { NegativePrompt = "[rain:snow:2]" });

        Assert.NotEqual(before, changed);
        Assert.NotEqual(make(s_recipe with { NegativePrompt = "snow" }), changed);
    });

    [SkippableFact]
    public void Generate_EmphasisModes_DifferWhereThereIsEmphasisAlone() => WithPipeline(make =>
    {
        ImageRecipe weighted = s_recipe with { Prompt = "a (castle:1.6)" };

        byte[][] pictures = [.. Enum.GetValues<EmphasisMode>().Select(mode => make(weighted with { Emphasis = mode }))];
        Assert.Equal(pictures.Length, pictures.Select(Convert.ToHexString).Distinct().Count());
        Assert.Equal(make(weighted), pictures[(int)EmphasisMode.Original]);
        Assert.All(Enum.GetValues<EmphasisMode>(), mode => Assert.Equal(make(s_recipe), make(s_recipe with { Emphasis = mode })));
    });

    [SkippableFact]
    public void Generate_SecondOrderSampler_CountsItsEvaluations() => WithPipeline(make =>
    {
        // Four steps are eight evaluations: a change after the sixth is one, after the eighth none.
        ImageRecipe heun = s_recipe with { Sampler = "heun" };

        Assert.NotEqual(make(heun), make(heun with { Prompt = "[a castle:a dog:4]" }));
        Assert.Equal(make(heun), make(heun with { Prompt = "[a castle:a dog:8]" }));
    });

    private static void WithPipeline(Action<Func<ImageRecipe, byte[]>> test)
    {
        using StableDiffusionPipeline pipeline = StableDiffusionPipeline.Load(GoldenFolder.Require("models/sd15-tiny"), new PipelineSettings([], _ => null), s_device);
        test(recipe => pipeline.Generate(recipe, new Progress<StepProgress>(), CancellationToken.None).Pixels.ToArray());
    }
}
