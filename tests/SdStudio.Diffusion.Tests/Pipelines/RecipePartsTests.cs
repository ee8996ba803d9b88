using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Pipelines;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Pipelines;

/// <summary>VAEs and text encoders that recipes choose: taken up and laid down between two pictures of one loaded model.</summary>
public sealed class RecipePartsTests : IDisposable
{
    private const string UNet = "model.diffusion_model.";

    private static readonly InferenceDevice s_device = InferenceDevice.Open(new InferenceSettings { Provider = InferenceProvider.Cpu, Threads = 1 });

    private static readonly ImageRecipe s_recipe = new() { Prompt = "x", Checkpoint = "tiny", Width = 16, Height = 16, Steps = 2, Seed = 1, Sampler = "euler", Schedule = "normal" };

    private static readonly ImageRecipe s_otherVae = s_recipe with { Vae = "other" }, s_otherText = s_recipe with { TextEncoders = ["other"] };

    /// <summary>Its tokenizer serves the single files, which have none.</summary>
    private readonly TinyCheckpoint _folder = TinyCheckpoint.Folder();

    private readonly TinyCheckpoint _model = TinyCheckpoint.SingleFile();

    private readonly TinyCheckpoint _other = TinyCheckpoint.SingleFile(seed: 2, name: "other");

    public void Dispose()
    {
        _folder.Dispose();
        _model.Dispose();
        _other.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Generate_ChosenPartAndBack_IsThePictureOfAModelLoadedWithIt(bool isVae)
    {
        ImageRecipe chosen = isVae ? s_otherVae : s_otherText;
        using StableDiffusionPipeline pipeline = Load(_model.Path), fresh = Load(_model.Path, chosen);

        byte[] own = Make(pipeline, s_recipe), with = Make(pipeline, chosen), again = Make(pipeline, s_recipe);

        Assert.NotEqual(own, with);
        Assert.Equal(own, again);
        Assert.Equal(with, Make(fresh, chosen));
        Assert.Equal(own, Make(fresh, s_recipe));
    }

    [Fact]
    public void Generate_BothChosenOneAfterTheOther_KeepsTheFirst()
    {
        ImageRecipe both = s_otherVae with { TextEncoders = ["other"] };
        using StableDiffusionPipeline pipeline = Load(_model.Path), fresh = Load(_model.Path, both);
        byte[] expected = Make(fresh, both);

        Make(pipeline, s_otherVae);

        Assert.Equal(expected, Make(pipeline, both));
        Make(pipeline, s_otherText);
        Assert.Equal(expected, Make(pipeline, both));
    }

    /// <summary>Its own VAE is narrower and normalised in other groups.</summary>
    [Fact]
    public void Generate_FolderWithAChosenVae_DecodesWithIt()
    {
        using StableDiffusionPipeline pipeline = Load(_folder.Path);

        byte[] own = Make(pipeline, s_recipe), chosen = Make(pipeline, s_otherVae);

        Assert.NotEqual(own, chosen);
        Assert.Equal(own, Make(pipeline, s_recipe));
    }

    [Fact]
    public void Load_UNetAlone_IsWholeWithWhatTheRecipeChooses()
    {
        using TinyCheckpoint bare = TinyCheckpoint.SingleFile(keep: name => name.StartsWith(UNet, StringComparison.Ordinal), name: "bare");
        ImageRecipe both = s_otherVae with { TextEncoders = ["other"] };

        Assert.Equal(CheckpointProblem.MissingComponent, Assert.Throws<CheckpointException>(() => StableDiffusionPipeline.Prove(bare.Path, Settings)).Problem);
        Assert.Throws<CheckpointException>(() => StableDiffusionPipeline.Prove(bare.Path, Settings, s_otherVae));
        StableDiffusionPipeline.Prove(bare.Path, Settings, both);
        using StableDiffusionPipeline pipeline = Load(bare.Path, both), whole = Load(_model.Path, both);

        Assert.Equal(Make(whole, both), Make(pipeline, both));
        Assert.Contains("has no VAE", Assert.Throws<CheckpointException>(() => Make(pipeline, s_otherText)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Generate_PartThatIsNotThere_NamesIt()
    {
        using StableDiffusionPipeline pipeline = Load(_model.Path);

        string vae = Assert.Throws<RecipeException>(() => Make(pipeline, s_recipe with { Vae = "gone" })).Message;
        string text = Assert.Throws<RecipeException>(() => Make(pipeline, s_recipe with { TextEncoders = ["gone"] })).Message;

        Assert.StartsWith("The VAE \"gone\" is not in the model folders. Put gone.safetensors into models/vae", vae, StringComparison.Ordinal);
        Assert.StartsWith("The text encoder \"gone\" is not in the model folders", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Generate_TextEncoderOfAnotherWidth_IsRefusedAndTheModelGoesOn()
    {
        using StableDiffusionPipeline pipeline = Load(_folder.Path);
        byte[] own = Make(pipeline, s_recipe);

        CheckpointException e = Assert.Throws<CheckpointException>(() => Make(pipeline, s_otherText));

        Assert.Contains("is a text encoder with vectors of 64, and this model's text encoder is a text encoder with vectors of 16. Choose another", e.Message, StringComparison.Ordinal);
        Assert.Equal(own, Make(pipeline, s_recipe));
    }

    /// <summary>By the sum of their widths they would fit.</summary>
    [SkippableFact]
    public void Generate_TextEncodersExchanged_AreRefused()
    {
        string model = GoldenFolder.Require("models/sdxl-tiny");
        PipelineSettings settings = new([], _ => null) { FindTextEncoder = name => Path.Combine(model, name, "model.safetensors") };
        using StableDiffusionPipeline pipeline = StableDiffusionPipeline.Load(model, settings, s_device);
        ImageRecipe recipe = s_recipe with { Width = 64, Height = 64 };
        byte[] own = Make(pipeline, recipe);

        CheckpointException e = Assert.Throws<CheckpointException>(() => Make(pipeline, recipe with { TextEncoders = ["text_encoder_2", "text_encoder"] }));

        Assert.Contains("this model's text encoder is", e.Message, StringComparison.Ordinal);
        Assert.Equal(own, Make(pipeline, recipe));
    }

    private PipelineSettings Settings => new([Path.GetDirectoryName(_folder.Path)!], _ => null)
    {
        FindVae = Find,
        FindTextEncoder = Find,
    };

    private string? Find(string name) => name == "other" ? _other.Path : null;

    private StableDiffusionPipeline Load(string path, ImageRecipe? recipe = null) => StableDiffusionPipeline.Load(path, Settings, s_device, recipe);

    private static byte[] Make(StableDiffusionPipeline pipeline, ImageRecipe recipe) =>
        pipeline.Generate(recipe, new Progress<StepProgress>(), CancellationToken.None).Pixels.ToArray();
}
