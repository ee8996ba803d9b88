using SdStudio.Storage.Imaging;
using SdStudio.Storage.Models;

namespace SdStudio.Storage.Tests.Models;

public sealed class ModelSidecarsTests
{
    [Fact]
    public async Task ScanAsync_NotesBesideALora_AreTold()
    {
        await using TemporaryLibrary library = await TemporaryLibrary.CreateAsync();
        library.AddLora("loras/style.safetensors", metadata: new() { ["ss_base_model_version"] = "sd_v1", ["ss_tag_frequency"] = """{"a": {"tag": 3}}""" });
        library.AddText("loras/style.civitai.info", """{"model": {"name": "Nice style"}, "description": "<p>Draws <i>nicely</i></p>", "baseModel": "SD 1.5", "trainedWords": ["nice style", "nice style", 7]}""");
        library.AddText("loras/style.json", """{"description": "not this", "activation text": "other", "preferred weight": 0.7, "negative text": "blurry"}""");

        ModelEntry entry = Assert.Single(await library.ScanAsync());

        Assert.Equal("Nice style", entry.File.Title);
        Assert.Equal(("Draws nicely", "SD 1.5", 0.7f, "blurry"), (entry.File.Details.Description, entry.File.Details.BaseModel, entry.File.Details.PreferredWeight!.Value, entry.File.Details.NegativePrompt));
        Assert.Equal("nice style", Assert.Single(entry.File.Details.TriggerWords));
        Assert.Equal(new RecipeSuggestion { LoraWeight = 0.7f, NegativePrompt = "blurry" }, entry.File.Recommended);
        Assert.Equal("fp16", entry.File.Precision);
        Assert.Equal("Stable Diffusion 1.x", entry.File.Family);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("\"\"")]
    [InlineData("{\"trainedWords\": {\"a\": 1}, \"model\": [], \"description\": 5, \"baseModel\": null}")]
    [InlineData("{\"baseModel\": \"\\ud800\", \"description\": \"\\udfff\"}")]
    public async Task ScanAsync_BrokenNotes_ArePassedOver(string text)
    {
        await using TemporaryLibrary library = await TemporaryLibrary.CreateAsync();
        library.AddLora("loras/style.safetensors");
        library.AddText("loras/style.civitai.info", text);
        library.AddText("loras/style.json", text);

        ModelFile model = Assert.Single(await library.ScanAsync()).File;

        Assert.Equal((null, "Style"), (model.Problem, model.Title));
        Assert.Equal(new ModelDetails(), model.Details);
    }

    [Fact]
    public async Task ScanAsync_NotesChange_AreReadAgain()
    {
        await using TemporaryLibrary library = await TemporaryLibrary.CreateAsync();
        library.AddLora("loras/style.safetensors");
        await library.ScanAsync();
        library.AddText("loras/style.json", """{"description": "now there"}""");

        Assert.Equal("now there", Assert.Single(await library.ScanAsync()).File.Details.Description);
    }

    [Fact]
    public async Task EncodeAsync_PictureBesideALora_IsEncodedAnewAndSmall()
    {
        await using TemporaryLibrary library = await TemporaryLibrary.CreateAsync();
        library.AddLora("loras/style.safetensors");
        await File.WriteAllBytesAsync(library.Below("loras/style.png"), Thumbnails.Encode(TemporaryStudio.Pixels(64, 32), 64));
        await File.WriteAllBytesAsync(library.Below("loras/style.preview.jpg"), Thumbnails.Encode(TemporaryStudio.Pixels(900, 300), 900));
        ModelFile model = Assert.Single(await library.ScanAsync()).File;
        using ModelPreviews previews = new();

        byte[] encoded = Assert.IsType<byte[]>(await previews.EncodeAsync(model, 256));

        Assert.Equal("style.preview.jpg", Path.GetFileName(model.PreviewPath));
        using NetVips.Image picture = Vips.Open(encoded);
        Assert.Equal((256, 85), (picture.Width, picture.Height));
        Assert.Null(await previews.EncodeAsync(model, 257));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>")]
    [InlineData("GIF89a no")]
    public async Task EncodeAsync_NoPicture_IsNull(string content)
    {
        await using TemporaryLibrary library = await TemporaryLibrary.CreateAsync();
        library.AddLora("loras/style.safetensors");
        library.AddText("loras/style.png", content);
        ModelFile model = Assert.Single(await library.ScanAsync()).File;
        using ModelPreviews previews = new();

        Assert.Null(await previews.EncodeAsync(model, 256));
    }
}
