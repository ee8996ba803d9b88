using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Imaging;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Pipelines;
using SdStudio.Diffusion.Prompts;
using SdStudio.Diffusion.Tests.Parity;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Pipelines;

/// <summary>Whole pictures with families other than the first, over the miniatures of the golden data.</summary>
public sealed class FamilyPipelineTests
{
    private static readonly InferenceDevice s_device = InferenceDevice.Open(new InferenceSettings { Provider = InferenceProvider.Cpu, Threads = 1 });

    private static readonly ImageRecipe s_recipe = new()
    {
        Checkpoint = "tiny",
        Prompt = "a (castle:1.3) on a hill BREAK oil painting",
        NegativePrompt = "blurry",
        Width = 64,
        Height = 96,
        Steps = 2,
        Seed = 5,
    };

    [SkippableFact]
    public void Generate_WithStableDiffusionXl_MakesThePictureOfItsRecipe()
    {
        using StableDiffusionPipeline pipeline = StableDiffusionPipeline.Load(GoldenFolder.Require("models/sdxl-tiny"), new PipelineSettings([], _ => null), s_device);

        RgbImage picture = Make(pipeline, s_recipe);

        Assert.Equal((64, 96), (picture.Width, picture.Height));
        Assert.Equal(Pixels(picture), Pixels(Make(pipeline, s_recipe)));
        Assert.NotEqual(Pixels(picture), Pixels(Make(pipeline, s_recipe with { Prompt = "a castle" })));
        Assert.NotEqual(Pixels(Make(pipeline, s_recipe with { NegativePrompt = " " })), Pixels(Make(pipeline, s_recipe with { NegativePrompt = "" })));
    }

    [SkippableFact]
    public void Generate_WithStableDiffusionXl_TakesTheLayerBeforeTheLastUnlessAskedForAnEarlierOne()
    {
        using StableDiffusionPipeline pipeline = StableDiffusionPipeline.Load(GoldenFolder.Require("models/sdxl-tiny"), new PipelineSettings([], _ => null), s_device);

        byte[] usual = Pixels(Make(pipeline, s_recipe));

        Assert.Equal(usual, Pixels(Make(pipeline, s_recipe with { ClipSkip = 2 })));
        Assert.NotEqual(usual, Pixels(Make(pipeline, s_recipe with { ClipSkip = 3 })));
        Assert.Throws<RecipeException>(() => Make(pipeline, s_recipe with { ClipSkip = 5 }));
    }

    [SkippableTheory]
    [InlineData("sdxl-tiny", 80)]
    [InlineData("sd21-tiny", 32)]
    public void Encode_LongPrompt_HasAllChunksOfEveryTextEncoder(string name, int dimension)
    {
        using LoadedModel model = LoadedModel.Load(GoldenModel.OpenWhole(name), new CheckpointParts { ModelRoots = [GoldenFolder.Require("models")] }, s_device);

        Conditioning two = model.Encode("a castle BREAK a hill", 1, CancellationToken.None), first = model.Encode("a castle", 1, CancellationToken.None);

        Assert.Equal((154, dimension), (two.Tokens, two.Dimension));
        Assert.Equal(first.Values, two.Values[..first.Values.Length]);
        Assert.Equal(first.Pooled, two.Pooled);
    }

    [SkippableFact]
    public void Encode_OfBothFamilies_PadsChunksAsTheyWereTrained()
    {
        using LoadedModel xl = LoadedModel.Load(GoldenModel.OpenWhole("sdxl-tiny"), new CheckpointParts(), s_device);
        using LoadedModel two = LoadedModel.Load(GoldenModel.OpenWhole("sd21-tiny"), new CheckpointParts { ModelRoots = [GoldenFolder.Require("models")] }, s_device);

        Assert.Equal([xl.Tokenizer.EndId, 0], xl.Readers.Select(reader => reader.Chunker.Chunk("a")[0].Ids[^1]));
        Assert.Equal([0], two.Readers.Select(reader => reader.Chunker.Chunk("a")[0].Ids[^1]));
    }

    private static RgbImage Make(StableDiffusionPipeline pipeline, ImageRecipe recipe) =>
        pipeline.Generate(recipe, new Progress<StepProgress>(), CancellationToken.None);

    private static byte[] Pixels(RgbImage picture) => picture.Pixels.ToArray();
}
