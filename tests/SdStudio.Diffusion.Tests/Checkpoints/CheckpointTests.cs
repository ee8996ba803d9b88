using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Tests.Parity;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Checkpoints;

public sealed class CheckpointTests
{
    private static readonly string s_postcard = Path.Combine(GoldenFolder.Repository, "models", "postcard");

    [Fact]
    public void Open_ShippedModel_IsAnOrdinaryModel()
    {
        using Checkpoint checkpoint = Checkpoint.Open(s_postcard);

        Assert.Equal("sd1", checkpoint.Family.Key);
        Assert.Equal<int>([4, 4, 4, 4, 4], checkpoint.UNetSettings.HeadsPerLevel);
        Assert.Equal(16, checkpoint.UNetSettings.NormGroups);
        Assert.Equal(new VaeSettings(4, 0.20975610f), checkpoint.VaeSettings);
        Assert.Equal(new TextEncoderSettings(4, TextActivation.QuickGelu, 1e-5f), Assert.Single(checkpoint.TextEncoderSettings));
        Assert.Equal(new DiffusionSettings(1000, 0.00085f, 0.012f, PredictionType.Velocity), checkpoint.Diffusion);
        Assert.Equal(256, checkpoint.NativeSize);
        Assert.Equal(8, checkpoint.SizeStep);
        Assert.Equal(0.4643243, checkpoint.Preview!.Factors[0], precision: 6);
        Assert.Equal(Path.Combine(s_postcard, "tokenizer"), checkpoint.TokenizerFolder);
        Assert.All(checkpoint.Components, component => Assert.Empty(component.MissingWeights));
        Assert.All(checkpoint.Components, component => Assert.True(component.TensorCount > 0));
    }

    [Fact]
    public void Open_ShippedModel_EveryTensorOfTheFilesIsMapped()
    {
        using Checkpoint checkpoint = Checkpoint.Open(s_postcard);

        string[] files = ["unet/diffusion_pytorch_model.safetensors", "text_encoder/model.safetensors", "vae/diffusion_pytorch_model.safetensors"];
        int[] counts = [.. files.Select(file => SafetensorsHeader.Read(Path.Combine(s_postcard, file)).Tensors.Count)];

        Assert.Equal(counts, checkpoint.Components.Select(component => component.TensorCount));
    }

    [SkippableTheory]
    [InlineData("sd15-tiny")]
    [InlineData("sd21-tiny")]
    [InlineData("sdxl-tiny")]
    public void Open_FolderAndSingleFileOfTheSameNetwork_HaveTheSameWeights(string model)
    {
        using Checkpoint folder = Checkpoint.Open(Golden("models", model));
        using Checkpoint single = Checkpoint.Open(Golden("single", model + ".safetensors"), GoldenModel.Overrides(GoldenFolder.Json($"single/{model}.hyperparameters.json")));

        foreach (Component component in folder.Components.Where(component => component.TensorCount > 0).Select(component => component.Component))
        {
            (IWeightSource a, IWeightSource b) = (folder.Weights(component), single.Weights(component));
            Assert.Equal(a.Names.Order(StringComparer.Ordinal), b.Names.Order(StringComparer.Ordinal));
            Assert.All(a.Names, name => Assert.Equal(a.ShapeOf(name), component == Component.Vae ? a.ShapeOf(name) : b.ShapeOf(name)));
            Assert.All(a.Names, name => Assert.Equal(a.Read(name), b.Read(name)));
        }

        Assert.All(single.Components, component => Assert.Empty(component.MissingWeights));
        Assert.All(single.Components, component => Assert.True(component.TensorCount > 0));
        Assert.Equal<int>(folder.UNetLayout.TransformerDepths, single.UNetLayout.TransformerDepths);
        Assert.Equal(folder.UNetLayout with { TransformerDepths = single.UNetLayout.TransformerDepths }, single.UNetLayout);
        Assert.Equal(folder.VaeLayout, single.VaeLayout);
        Assert.Equal<int>(folder.UNetSettings.HeadsPerLevel, single.UNetSettings.HeadsPerLevel);
        Assert.Equal(folder.VaeSettings, single.VaeSettings);
        Assert.Equal<TextEncoderSettings>(folder.TextEncoderSettings, single.TextEncoderSettings);
        Assert.Equal(folder.Diffusion, single.Diffusion);
        Assert.Equal(128, folder.NativeSize);
    }

    [SkippableFact]
    public void Open_SingleFile_HasTheSizesOfItsFamily()
    {
        using Checkpoint single = Checkpoint.Open(Golden("single", "sd15-tiny.safetensors"));

        Assert.Equal(8, single.SizeStep);
        Assert.Equal(512, single.NativeSize);
    }

    [SkippableTheory]
    [InlineData("models/sd21-tiny", "sd2")]
    [InlineData("models/sdxl-tiny", "sdxl")]
    [InlineData("models/sd15-inpaint-tiny", "sd1-inpaint")]
    [InlineData("single/sd21-tiny.safetensors", "sd2")]
    [InlineData("single/sdxl-tiny.safetensors", "sdxl")]
    public void Open_EachFamilyThatRuns_IsRecognised(string path, string family)
    {
        string file = Golden(path.Split('/'));
        CheckpointOverrides? overrides = path.StartsWith("single", StringComparison.Ordinal) ? GoldenModel.Overrides(GoldenFolder.Json(Path.ChangeExtension(path, ".hyperparameters.json"))) : null;

        using Checkpoint checkpoint = Checkpoint.Open(file, overrides);

        Assert.Equal(family, checkpoint.Family.Key);
    }

    [SkippableTheory]
    [InlineData("lora/sd15-tiny-A.kohya.safetensors", "lora")]
    [InlineData("lora/sd15-tiny-A.peft.safetensors", "lora")]
    [InlineData("controlnet/sd15-tiny-control.safetensors", "controlnet")]
    [InlineData("embeddings/tinystyle.safetensors", "embedding")]
    [InlineData("models/sd15-tiny/vae/diffusion_pytorch_model.safetensors", "vae")]
    [InlineData("models/sd15-tiny/text_encoder/model.safetensors", "text-encoder")]
    public void Open_AnotherFamily_IsNamed(string path, string family)
    {
        string file = Golden(path.Split('/'));

        UnsupportedModelException e = Assert.Throws<UnsupportedModelException>(() => Checkpoint.Open(file));

        Assert.Equal(family, e.Family?.Key);
        Assert.StartsWith("This ", e.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Open_UNetOfAFolder_FindsTheRestInThatFolder()
    {
        using Checkpoint folder = Checkpoint.Open(Golden("models", "sd15-tiny")), file = Checkpoint.Open(Golden("models", "sd15-tiny", "unet", "diffusion_pytorch_model.safetensors"));

        Assert.Equal("sd1", file.Family.Key);
        Assert.Equal(folder.Components.Select(component => (component.Component, component.TensorCount)), file.Components.Select(component => (component.Component, component.TensorCount)));
        Assert.Equal(folder.UNet.Read("out.2.weight"), file.UNet.Read("out.2.weight"));
    }

    [Theory]
    [InlineData("tiny", PredictionType.Epsilon)]
    [InlineData("landscapes-vPred-v2", PredictionType.Velocity)]
    public void Open_SingleFile_PredictsWhatItsNameSays(string name, PredictionType prediction)
    {
        using TinyCheckpoint file = TinyCheckpoint.SingleFile(name: name);
        using Checkpoint checkpoint = Checkpoint.Open(file.Path);

        Assert.Equal(prediction, checkpoint.Diffusion.Prediction);
        Assert.False(checkpoint.Diffusion.EndsInPureNoise);
    }

    private static string Golden(params string[] parts) => GoldenFolder.Require(Path.Combine(parts));
}
