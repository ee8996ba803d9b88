using SdStudio.Storage.Models;

namespace SdStudio.Storage.Tests.Models;

public sealed class ModelRootStoreTests
{
    [Fact]
    public async Task AddAsync_Folder_IsScannedAndCanBeTakenOffAgain()
    {
        await using TemporaryLibrary library = await TemporaryLibrary.CreateAsync();
        string lora = library.AddLora("loras/style.safetensors");
        string other = Path.Combine(library.Studio.Root, "comfy");
        Directory.CreateDirectory(Path.Combine(other, "models", "loras"));
        await File.WriteAllTextAsync(Path.Combine(other, "folder_paths.py"), "");
        File.Move(lora, Path.Combine(other, "models", "loras", "theirs.safetensors"));

        Assert.Null(await library.Roots.AddAsync($"  {other}/ "));

        Assert.Equal("theirs", Assert.Single(await library.ScanAsync()).File.Name);
        Assert.Equal(
            [new ModelRoot(library.Models, null, IsFromSettings: true, Exists: true), new ModelRoot(other, "ComfyUI", IsFromSettings: false, Exists: true)],
            await library.Roots.ListAsync());
        Assert.Contains("already", await library.Roots.AddAsync(other), StringComparison.Ordinal);

        Assert.True(await library.Roots.RemoveAsync(other));
        Assert.False(await library.Roots.RemoveAsync(library.Models));
        Assert.Empty(await library.ScanAsync());
    }

    [Fact]
    public async Task Catalogue_RootsAndEmbeddings_AreThoseOfTheLastScan()
    {
        await using TemporaryLibrary library = await TemporaryLibrary.CreateAsync();
        Assert.Equal([library.Models], library.Catalog.Roots);
        string comfy = Path.Combine(library.Studio.Root, "comfy");
        string embedding = Path.Combine(comfy, "models", "embeddings", "dusk.safetensors");
        Directory.CreateDirectory(Path.GetDirectoryName(embedding)!);
        await File.WriteAllTextAsync(Path.Combine(comfy, "folder_paths.py"), "");
        File.Move(library.AddEmbedding("embeddings/dusk.safetensors"), embedding);

        await library.Roots.AddAsync(comfy);
        await library.ScanAsync();

        Assert.Equal([library.Models, Path.Combine(comfy, "models")], library.Catalog.Roots);
        Assert.Contains(embedding, library.Catalog.EmbeddingPlaces);
        Assert.Contains(Path.Combine(library.Models, "embeddings"), library.Catalog.EmbeddingPlaces);

        await library.Roots.RemoveAsync(comfy);
        await library.ScanAsync();
        Assert.Equal([library.Models], library.Catalog.Roots);
        Assert.DoesNotContain(embedding, library.Catalog.EmbeddingPlaces);
    }

    [Theory]
    [InlineData("")]
    [InlineData("relative/folder")]
    [InlineData("/")]
    [InlineData("/no/such/folder")]
    [InlineData("/a\0b")]
    public async Task AddAsync_NoFolder_SaysWhatIsWrong(string path)
    {
        await using TemporaryLibrary library = await TemporaryLibrary.CreateAsync();

        Assert.NotEmpty((await library.Roots.AddAsync(path))!);
        Assert.Single(await library.Roots.ListAsync());
    }

    [Fact]
    public async Task AddAsync_File_SaysSo()
    {
        await using TemporaryLibrary library = await TemporaryLibrary.CreateAsync();

        Assert.Contains("file", await library.Roots.AddAsync(library.AddLora("loras/style.safetensors")), StringComparison.Ordinal);
    }
}
