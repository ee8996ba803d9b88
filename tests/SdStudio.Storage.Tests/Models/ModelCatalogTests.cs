using System.Security.Cryptography;
using SdStudio.Diffusion.Tensors;
using SdStudio.Storage.Data;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Models;
using SdStudio.Tests;

namespace SdStudio.Storage.Tests.Models;

public sealed class ModelCatalogTests : IAsyncLifetime, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sdstudio-").FullName;
    private StudioDatabase _database = null!;
    private ModelCatalog _catalog = null!;

    private string Models => Path.Combine(_folder, "models");

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(Models);
        _database = new StudioDatabase(new GalleryPaths(Path.Combine(_folder, "data")));
        await _database.MigrateAsync();
        _catalog = new ModelCatalog(_database, [Models, Path.Combine(_folder, "not there")]);
    }

    public async Task DisposeAsync() => await _catalog.DisposeAsync();

    public void Dispose()
    {
        _catalog.Dispose();
        _database.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task ScanAsync_ShippedModel_IsReadyWithItsLoras()
    {
        await using var catalog = new ModelCatalog(_database, [Path.Combine(GoldenFolder.Repository, "models")]);

        await catalog.ScanAsync();

        ModelFile postcard = Assert.IsType<ModelFile>(catalog.Find(ModelKind.Checkpoint, "postcard"));
        Assert.Equal(("Postcard", "Stable Diffusion 1.x", null), (postcard.Title, postcard.Family, postcard.Problem));
        Assert.True(postcard.Size > 1_000_000, "the weights count");
        ModelFile lora = Assert.IsType<ModelFile>(catalog.Find(ModelKind.Lora, "stained-glass"));
        Assert.Equal(("Stained glass", null), (lora.Title, lora.Problem));
        Assert.Equal(Postcard.Loras, catalog.Models.Where(model => model.Kind == ModelKind.Lora).Select(model => model.Name).Order(StringComparer.Ordinal));
        Assert.All(catalog.Models, model => Assert.Null(model.Problem));
        ModelFile word = Assert.IsType<ModelFile>(catalog.Find(ModelKind.Embedding, "twilight"));
        Assert.Equal(postcard.Path, word.BroughtBy);
        Assert.DoesNotContain(word.Path, catalog.EmbeddingPlaces);
        Assert.NotNull(postcard.Introduction?.Description);
        Assert.NotEmpty(postcard.Introduction.Examples);
    }

    [Fact]
    public async Task ScanAsync_SnapshotOfTheHuggingFaceCache_HasTheNameOfItsRepository()
    {
        TinyCheckpoint.WriteFolder(Path.Combine(Models, "models--someone--tiny-sd", "snapshots", "0123abcd"));

        await _catalog.ScanAsync();

        ModelFile model = Assert.Single(_catalog.Models);
        Assert.Equal(("tiny-sd", "Tiny sd", null), (model.Name, model.Title, model.Problem));
    }

    [Fact]
    public async Task ScanAsync_SingleFileBelowSubfolders_IsDescribed()
    {
        Add("checkpoints/portraits/my-mix_v2.safetensors");

        await _catalog.ScanAsync();

        ModelFile model = Assert.Single(_catalog.Models);
        Assert.Equal(("my-mix_v2", "My mix v2", ModelKind.Checkpoint, null), (model.Name, model.Title, model.Kind, model.Problem));
        Assert.Equal("Stable Diffusion 1.x", model.Family);
    }

    [Theory]
    [InlineData("empty.safetensors", "")]
    [InlineData("page.safetensors", "<!DOCTYPE html><html>please log in</html>")]
    [InlineData("old.ckpt", "PK\u0003\u0004 zip")]
    public async Task ScanAsync_BrokenFile_IsListedWithItsProblem(string name, string content)
    {
        Directory.CreateDirectory(Path.Combine(Models, "checkpoints"));
        await File.WriteAllTextAsync(Path.Combine(Models, "checkpoints", name), content);

        await _catalog.ScanAsync();

        ModelFile model = Assert.Single(_catalog.Models);
        Assert.NotEmpty(model.Problem!);
        Assert.Equal(Path.GetFileNameWithoutExtension(name), model.Name);
    }

    [Fact]
    public async Task ScanAsync_CheckpointWithoutVae_SaysWhatIsMissing()
    {
        using var tiny = TinyCheckpoint.SingleFile(keep: name => !name.StartsWith("first_stage_model.", StringComparison.Ordinal));
        File.Copy(tiny.Path, Path.Combine(Models, "half.safetensors"));

        await _catalog.ScanAsync();

        ModelFile half = Assert.Single(_catalog.Models);
        Assert.Equal((null, MissingParts.Vae), (half.Problem, half.Missing));
        Assert.Contains("has no VAE", half.Lack, StringComparison.Ordinal);
        Assert.Equal(MissingParts.None, half.MissingWith("some vae", []));
        Assert.Equal(MissingParts.Vae, half.MissingWith("", ["some encoder"]));
    }

    [Fact]
    public async Task ScanAsync_InpaintingCheckpoint_CanBeUsedAndSaysWhatItIs()
    {
        using var tiny = TinyCheckpoint.SingleFile(
            change: tensor => tensor.Name.EndsWith("input_blocks.0.0.weight", StringComparison.Ordinal) ? tensor with { Shape = [tensor.Shape[0], 9, 3, 3] } : tensor);
        File.Copy(tiny.Path, Path.Combine(Models, "repaint.safetensors"));

        await _catalog.ScanAsync();

        ModelFile model = Assert.Single(_catalog.Models);
        Assert.Equal(("Stable Diffusion 1.x inpainting", null), (model.Family, model.Problem));
        Assert.StartsWith("This is an inpainting model", model.Remark, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ScanAsync_VaeThatComesLater_MakesTheCheckpointWhole()
    {
        using var half = TinyCheckpoint.SingleFile(keep: name => !name.StartsWith("first_stage_model.", StringComparison.Ordinal));
        using var vae = TinyCheckpoint.SingleFile(keep: name => name.StartsWith("first_stage_model.", StringComparison.Ordinal));
        File.Copy(half.Path, Path.Combine(Models, "half.safetensors"));
        await _catalog.ScanAsync();
        Assert.NotNull(Assert.Single(_catalog.Models).Lack);

        Directory.CreateDirectory(Path.Combine(Models, "vae"));
        File.Copy(vae.Path, Path.Combine(Models, "vae", "any.safetensors"));
        await _catalog.ScanAsync();

        Assert.Null(_catalog.Models.Single(model => model.Kind == ModelKind.Checkpoint).Lack);
    }

    [Fact]
    public async Task ScanAsync_LoraAmongTheCheckpoints_IsALora()
    {
        AddLora("checkpoints/style.safetensors");

        await _catalog.ScanAsync();

        Assert.Equal((ModelKind.Lora, null), (Assert.Single(_catalog.Models).Kind, _catalog.Models[0].Problem));
    }

    [Fact]
    public async Task ScanAsync_CheckpointAmongTheLoras_SaysSo()
    {
        Add("loras/mix.safetensors");

        await _catalog.ScanAsync();

        Assert.Contains("no LoRA weights", Assert.Single(_catalog.Models).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ScanAsync_SameNameTwice_MakesTheSecondUniqueByItsFolder()
    {
        AddLora("loras/a/style.safetensors");
        AddLora("loras/b/style.safetensors");
        AddLora("loras/b/STYLE.safetensors");

        await _catalog.ScanAsync();

        Assert.Equal(3, _catalog.Models.Select(model => model.Name.ToUpperInvariant()).Distinct().Count());
        Assert.Equal(Path.Combine(Models, "loras", "a", "style.safetensors"), _catalog.Find(ModelKind.Lora, "style")?.Path);
    }

    [Fact]
    public async Task ScanAsync_LinksInALoop_FindsEachFileOnce()
    {
        AddLora("loras/style.safetensors");
        Directory.CreateSymbolicLink(Path.Combine(Models, "loras", "again"), Models);
        Directory.CreateSymbolicLink(Path.Combine(Models, "self"), Path.Combine(Models, "self"));
        File.CreateSymbolicLink(Path.Combine(Models, "loras", "other-name.safetensors"), Path.Combine(Models, "loras", "style.safetensors"));

        await _catalog.ScanAsync();

        Assert.Single(_catalog.Models);
    }

    [Fact]
    public async Task ScanAsync_PartsAndOtherFiles_AreNoModels()
    {
        foreach (string path in (string[])["text_encoder/model.safetensors", "tokenizers/clip/vocab.json", "clip_vision/x.safetensors", "readme.txt", ".hidden/model.safetensors"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Models, path))!);
            await File.WriteAllTextAsync(Path.Combine(Models, path), "x");
        }

        await _catalog.ScanAsync();

        Assert.Empty(_catalog.Models);
    }

    [Fact]
    public async Task ScanAsync_FolderOfTextEncoders_ListsThoseThatReadPrompts()
    {
        foreach ((string name, string tensor) in new[] { ("clip_l", "text_model.embeddings.token_embedding.weight"), ("t5xxl", "encoder.block.0.layer.0.SelfAttention.q.weight") })
        {
            string path = Path.Combine(Models, "text_encoders", name + ".safetensors");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            SafetensorsWriter.Write(path, [new PlannedTensor(tensor, ElementType.Float16, 4, 4)], new RandomWeights(1).Fill);
        }

        await _catalog.ScanAsync();

        Assert.Equal([("clip_l", true), ("t5xxl", false)], _catalog.Models.Where(model => model.Kind == ModelKind.TextEncoder).Select(model => (model.Name, model.Problem is null)));
        Assert.Equal(4, _catalog.Find(ModelKind.TextEncoder, "clip_l")?.TextWidths[0]);
    }

    [Fact]
    public async Task ScanAsync_FileRemoved_IsGoneAndTold()
    {
        AddLora("loras/style.safetensors");
        await _catalog.ScanAsync();
        await _catalog.WhenHashed();
        int changes = 0;
        _catalog.Changed += () => changes++;

        await _catalog.ScanAsync();
        Assert.Equal(0, changes);

        File.Delete(Path.Combine(Models, "loras", "style.safetensors"));
        await _catalog.ScanAsync();
        Assert.Equal(1, changes);
        Assert.Null(_catalog.Find(ModelKind.Lora, "style"));
    }

    [Fact]
    public async Task ScanAsync_Hashes_AreThoseOfTheFieldAndAreRemembered()
    {
        Add("mix.safetensors");
        AddLora("loras/style.safetensors");
        byte[] checkpoint = await File.ReadAllBytesAsync(Path.Combine(Models, "mix.safetensors")), lora = await File.ReadAllBytesAsync(Path.Combine(Models, "loras", "style.safetensors"));
        string checkpointHash = Convert.ToHexStringLower(SHA256.HashData(checkpoint))[..10];
        string loraHash = Convert.ToHexStringLower(SHA256.HashData(lora.AsSpan(8 + (int)BitConverter.ToInt64(lora))))[..12];

        await _catalog.ScanAsync();
        await _catalog.WhenHashed();
        Assert.Equal((checkpointHash, loraHash), (_catalog.Find(ModelKind.Checkpoint, "mix")?.ShortHash, _catalog.Find(ModelKind.Lora, "style")?.ShortHash));

        await using var restarted = new ModelCatalog(_database, [Models]);
        restarted.Changed += () => Assert.Equal(checkpointHash, restarted.Find(ModelKind.Checkpoint, "mix")?.ShortHash);
        await restarted.ScanAsync();
        Assert.Equal(loraHash, restarted.Find(ModelKind.Lora, "style")?.ShortHash);
    }

    [Fact]
    public async Task ScanAsync_DiffusersFolder_HasTheHashOfItsUNet()
    {
        await using ModelCatalog shipped = new(_database, [Path.Combine(GoldenFolder.Repository, "models")]);
        string unet = Path.Combine(GoldenFolder.Repository, "models", "postcard", "unet", "diffusion_pytorch_model.safetensors");

        await shipped.ScanAsync();
        await shipped.WhenHashed();

        string expected = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(unet)))[..10];
        Assert.Equal(expected, shipped.Find(ModelKind.Checkpoint, "postcard")?.ShortHash);
    }

    [Fact]
    public async Task ScanAsync_FileChanged_ForgetsItsHash()
    {
        AddLora("loras/style.safetensors");
        await _catalog.ScanAsync();
        await _catalog.WhenHashed();
        string? before = _catalog.Models[0].ShortHash;

        AddLora("loras/style.safetensors", seed: 2);
        File.SetLastWriteTimeUtc(Path.Combine(Models, "loras", "style.safetensors"), DateTime.UtcNow.AddMinutes(1));
        await _catalog.ScanAsync();
        await _catalog.WhenHashed();

        Assert.NotNull(before);
        Assert.NotNull(_catalog.Models[0].ShortHash);
        Assert.NotEqual(before, _catalog.Models[0].ShortHash);
    }

    [Theory]
    [InlineData("stained-glass", "Stained glass")]
    [InlineData("postcard", "Postcard")]
    [InlineData("SDXL_base", "SDXL base")]
    [InlineData("---", "---")]
    public void Prettify_Name_IsForPeople(string name, string expected) => Assert.Equal(expected, ModelNames.Prettify(name));

    private void Add(string path)
    {
        using var tiny = TinyCheckpoint.SingleFile();
        string target = Path.Combine(Models, path);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Copy(tiny.Path, target);
    }

    private void AddLora(string path, int seed = 1)
    {
        string target = Path.Combine(Models, path);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        const string Layer = "lora_unet_mid_block_attentions_0_transformer_blocks_0_attn2_to_k";
        SafetensorsWriter.Write(
            target,
            [new PlannedTensor($"{Layer}.lora_down.weight", ElementType.Float16, 2, 32), new PlannedTensor($"{Layer}.lora_up.weight", ElementType.Float16, 32, 2)],
            new RandomWeights(seed).Fill);
    }
}
