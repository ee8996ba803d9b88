using System.Text;
using System.Text.Json;
using SdStudio.Storage.Models.Downloads;
using SdStudio.Tests;

namespace SdStudio.Storage.Tests.Models.Downloads;

public sealed class ModelLinksTests : IDisposable
{
    private const string Commit = "0123456789012345678901234567890123456789";
    private static readonly string s_hash = new('a', 64);

    private readonly DownloadWorkshop _shop = new();

    public void Dispose() => _shop.Dispose();

    [Fact]
    public async Task HuggingFace_RepositoryWithFolderAndFile_OffersBothWithSizesHashesAndLicence()
    {
        Repository("owner/name", "creativeml-openrail-m",
            "model_index.json", "unet/config.json", "unet/diffusion_pytorch_model.safetensors", "unet/diffusion_pytorch_model.fp16.safetensors", "unet/diffusion_pytorch_model.bin",
            "vae/config.json", "vae/diffusion_pytorch_model.safetensors", "text_encoder/config.json", "text_encoder/model.safetensors", "tokenizer/vocab.json", "tokenizer/merges.txt",
            "scheduler/scheduler_config.json", "safety_checker/model.safetensors", "whole.safetensors", "whole.ckpt", "README.md");

        IReadOnlyList<DownloadPlan> plans = await FindAsync("owner/name");

        Assert.Equal(["diffusers/name", "checkpoints/whole.safetensors"], plans.Select(plan => plan.Target));
        Assert.All(plans, plan => Assert.Equal("creativeml-openrail-m", plan.Licence));
        PlannedFile unet = Assert.Single(plans[0].Files, file => file.Path == "unet/diffusion_pytorch_model.safetensors");
        Assert.Equal(_shop.At($"/owner/name/resolve/{Commit}/unet/diffusion_pytorch_model.fp16.safetensors"), unet.Address);
        Assert.Equal(10, plans[0].Files.Count);
        Assert.DoesNotContain(plans[0].Files, file => file.Path.Contains("safety", StringComparison.Ordinal) || file.Path.EndsWith(".bin", StringComparison.Ordinal));
        Assert.Equal((1000L, s_hash), (plans[1].Size!.Value, plans[1].Files[0].Sha256));
    }

    [Fact]
    public async Task HuggingFace_RefinerWithTheSecondTextEncoderOnly_IsAFolderToo()
    {
        Repository("owner/refiner", "openrail++", "model_index.json", "unet/diffusion_pytorch_model-00001-of-00002.safetensors", "unet/diffusion_pytorch_model-00002-of-00002.safetensors",
            "unet/diffusion_pytorch_model.safetensors.index.json", "vae/diffusion_pytorch_model.safetensors", "text_encoder_2/model.safetensors");

        DownloadPlan plan = Assert.Single(await FindAsync("owner/refiner"));

        Assert.Equal(6, plan.Files.Count);
    }

    [Theory]
    [InlineData("/blob/main/lora/style.safetensors")]
    [InlineData("/resolve/main/lora/style.safetensors?download=true")]
    public async Task HuggingFace_LinkOfAFile_IsThatFile(string rest)
    {
        Repository("owner/name", "mit", "lora/style.safetensors", "other.safetensors");

        DownloadPlan plan = Assert.Single(await FindAsync(_shop.At("/owner/name" + rest).AbsoluteUri));

        Assert.Equal("loras/style.safetensors", plan.Target);
        Assert.Equal(_shop.At($"/owner/name/resolve/{Commit}/lora/style.safetensors"), plan.Files[0].Address);
    }

    [Fact]
    public async Task HuggingFace_NameThatSaysNothing_BecomesTheRepositorys()
    {
        Repository("latent-consistency/lcm-lora-sdxl", "openrail++", "pytorch_lora_weights.safetensors");

        Assert.Equal("loras/lcm-lora-sdxl.safetensors", Assert.Single(await FindAsync("latent-consistency/lcm-lora-sdxl")).Target);
    }

    [Theory]
    [InlineData("owner/pickles", "holds no .safetensors")]
    [InlineData("owner/absent", "has no the model owner/absent")]
    [InlineData("{0}datasets/a/b", "no model of Hugging Face")]
    [InlineData("{0}owner", "no model of Hugging Face")]
    [InlineData("{0}owner/pickles/blob/main/model.ckpt", "pickle")]
    [InlineData("no link", "This is no link")]
    [InlineData("", "This is no link")]
    [InlineData("https://me:secret@example.org/a", "name and a password")]
    [InlineData("http://example.org/a.safetensors", "not an HTTPS address")]
    public async Task Find_NothingToUse_SaysWhy(string link, string words)
    {
        Repository("owner/pickles", null, "model.ckpt", "pytorch_model.bin", "../../evil.safetensors");
        string text = string.Format(System.Globalization.CultureInfo.InvariantCulture, link, _shop.At("/").AbsoluteUri);

        DownloadException problem = await Assert.ThrowsAsync<DownloadException>(() => FindAsync(text));

        Assert.Contains(words, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("{\"siblings\": 5}")]
    [InlineData("[]")]
    [InlineData("{\"siblings\": [1, null, {\"rfilename\": 7}, {\"rfilename\": \"a.safetensors\", \"size\": \"x\", \"lfs\": []}]}")]
    public async Task HuggingFace_AnswerOfAnyShape_IsNeverMoreThanARefusalOrAPlan(string answer)
    {
        _shop.Server.Answer("/api/models/owner/name/revision/main?blobs=true", Encoding.UTF8.GetBytes(answer));
        try
        {
            Assert.Equal("a.safetensors", Assert.Single(await FindAsync("owner/name")).Files[0].Path);
        }
        catch (DownloadException problem)
        {
            Assert.NotEmpty(problem.Message);
        }
    }

    [Fact]
    public async Task HuggingFace_GatedRepository_SaysWhatToDo()
    {
        _shop.Server.Answer("/api/models/owner/name/revision/main?blobs=true", """{"gated": "auto", "siblings": [{"rfilename": "a.safetensors", "size": 5}]}"""u8.ToArray());

        Assert.Contains("HuggingFaceToken", Assert.Single(await FindAsync("owner/name")).Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Civitai_Model_TakesTheNewestVersionsPrimarySafetensors()
    {
        string answer = """
            {"id": 7, "name": "Ink", "type": "LORA", "allowCommercialUse": ["Image", "Rent"], "modelVersions": [
              {"id": 71, "name": "v2", "baseModel": "SD 1.5", "trainedWords": ["ink wash"], "files": [
                {"name": "ink.ckpt", "type": "Model", "primary": true, "downloadUrl": "https://civitai.com/1"},
                {"name": "training.zip", "type": "Training Data", "downloadUrl": "https://civitai.com/2"},
                {"name": "../ink v2.safetensors", "type": "Model", "sizeKB": 147571.4453125, "hashes": {"SHA256": "HASH", "AutoV2": "1234567890"}, "downloadUrl": "https://civitai.com/api/download/models/71"}]},
              {"id": 70, "name": "v1", "files": []}]}
            """.Replace("HASH", s_hash.ToUpperInvariant(), StringComparison.Ordinal);
        _shop.Server.Answer("/api/v1/models/7", Encoding.UTF8.GetBytes(answer));

        DownloadPlan plan = Assert.Single(await FindCivitaiAsync("/models/7/ink-and-wash"));

        Assert.Equal("loras/ink v2.safetensors", plan.Target);
        Assert.Equal("Ink", plan.Title);
        Assert.Equal(151_113_160, plan.Size);
        Assert.Equal(s_hash, plan.Files[0].Sha256);
        Assert.Equal(new Uri("https://civitai.com/api/download/models/71"), plan.Files[0].Address);
        Assert.Equal("For SD 1.5. Its words: ink wash.", plan.Note);
        Assert.Contains("Rent", plan.Licence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/download/models/9?type=Model")]
    [InlineData("/model-versions/9")]
    public async Task Civitai_Version_IsAskedForItself(string link)
    {
        _shop.Server.Answer("/api/v1/model-versions/9", """
            {"id": 9, "name": "v3", "baseModel": "SDXL 1.0", "model": {"name": "Harbour", "type": "Checkpoint"},
             "files": [{"name": "harbour.safetensors", "primary": true, "downloadUrl": "https://civitai.com/api/download/models/9"}]}
            """u8.ToArray());

        Assert.Equal("checkpoints/harbour.safetensors", Assert.Single(await FindCivitaiAsync(link)).Target);
    }

    [Theory]
    [InlineData("""{"name": "W", "type": "Workflows", "modelVersions": [{"files": []}]}""", "no use for")]
    [InlineData("""{"name": "P", "type": "Checkpoint", "modelVersions": [{"files": [{"name": "p.ckpt", "downloadUrl": "https://civitai.com/1"}]}]}""", "pickle")]
    [InlineData("""{"name": "E", "type": "Checkpoint", "modelVersions": []}""", "no file")]
    [InlineData("""{"modelVersions": 3}""", "does not say")]
    public async Task Civitai_NothingToUse_SaysWhy(string answer, string words)
    {
        _shop.Server.Answer("/api/v1/models/7", Encoding.UTF8.GetBytes(answer));

        DownloadException problem = await Assert.ThrowsAsync<DownloadException>(() => FindCivitaiAsync("/models/7"));

        Assert.Contains(words, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PlainLink_AsksForTheBeginningAlone_AndTakesTheNameFromTheHeader()
    {
        _shop.Server.Answer("/download/1", (stream, stop) => LocalServer.SendAsync(
            stream, "206 Partial Content", $"Content-Range: bytes 0-63/{_shop.Content.Length}\r\nContent-Length: 64\r\nContent-Disposition: attachment; filename=\"../sunset lora.safetensors\"\r\n", _shop.Content[..64], stop));

        DownloadPlan plan = Assert.Single(await FindPlainAsync("/download/1"));

        Assert.Equal("bytes=0-63", _shop.Server.Heard[0]["Range"]);
        Assert.Equal("loras/sunset lora.safetensors", plan.Target);
        Assert.Equal(_shop.Content.Length, plan.Size);
    }

    [Theory]
    [InlineData("/a.ckpt", "pickle")]
    [InlineData("/a.exe", "no .safetensors")]
    [InlineData("/page.safetensors", "web page")]
    [InlineData("/page", "web page")]
    public async Task PlainLink_FileOfAnotherKind_IsRefusedBeforeItStarts(string path, string words)
    {
        _shop.Server.Answer(path, Encoding.UTF8.GetBytes("<html>" + new string(' ', 100)));

        DownloadException problem = await Assert.ThrowsAsync<DownloadException>(() => FindPlainAsync(path));

        Assert.Contains(words, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void StarterModels_EveryRow_IsAPlanThatCanBeCarriedOut()
    {
        Assert.NotEmpty(StarterModels.All);
        Assert.All(StarterModels.All, model => Assert.True(DownloadFolder.IsSound(model.Plan), model.Title));
        Assert.All(StarterModels.All, model => Assert.True(model.File.Sha256 is null || Sha256Text.Normalise(model.File.Sha256) == model.File.Sha256, model.Title));
        Assert.Equal(StarterModels.All.Count, StarterModels.All.Select(model => model.Plan.Target).Distinct().Count());
    }

    private Task<IReadOnlyList<DownloadPlan>> FindAsync(string link) => FindAsync(_shop.Settings with { HuggingFace = _shop.At("/") }, link);

    private Task<IReadOnlyList<DownloadPlan>> FindCivitaiAsync(string path) => FindAsync(_shop.Settings with { Civitai = _shop.At("/") }, _shop.At(path).AbsoluteUri);

    private Task<IReadOnlyList<DownloadPlan>> FindPlainAsync(string path) => FindAsync(_shop.Settings, _shop.At(path).AbsoluteUri);

    private static async Task<IReadOnlyList<DownloadPlan>> FindAsync(DownloadSettings settings, string link)
    {
        using ModelLinks links = new(settings);
        return await links.FindAsync(link);
    }

    private void Repository(string name, string? licence, params string[] files) => _shop.Server.Answer(
        $"/api/models/{name}/revision/main?blobs=true",
        JsonSerializer.SerializeToUtf8Bytes(new
        {
            id = name,
            sha = Commit,
            gated = false,
            cardData = new { license = licence },
            siblings = files.Select(file => new { rfilename = file, size = 1000, lfs = file.EndsWith(".safetensors", StringComparison.Ordinal) ? new { sha256 = s_hash, size = 1000 } : null }),
        }));
}
