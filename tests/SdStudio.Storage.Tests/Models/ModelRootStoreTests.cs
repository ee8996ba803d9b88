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

    [Fact]
    public async Task ReadAdded_WhileTheStudioRuns_KnowsWhatWasAdded()
    {
        await using TemporaryLibrary library = await TemporaryLibrary.CreateAsync();
        string[] folders = ["second", "first"];
        foreach (string folder in folders)
        {
            Directory.CreateDirectory(Path.Combine(library.Studio.Root, folder));
            Assert.Null(await library.Roots.AddAsync(Path.Combine(library.Studio.Root, folder)));
        }

        Assert.Equal(folders.Select(folder => Path.Combine(library.Studio.Root, folder)), ModelRootStore.ReadAdded(library.Studio.Root));
        Assert.True(await library.Roots.RemoveAsync(Path.Combine(library.Studio.Root, "second")));
        Assert.Equal([Path.Combine(library.Studio.Root, "first")], ModelRootStore.ReadAdded(library.Studio.Root));
    }

    [Fact]
    public void ReadAdded_WithoutDatabase_IsEmptyAndLeavesNothing()
    {
        string folder = Directory.CreateTempSubdirectory("sdstudio-").FullName;
        try
        {
            Assert.Empty(ModelRootStore.ReadAdded(folder));
            Assert.Empty(Directory.EnumerateFileSystemEntries(folder));

            File.WriteAllText(Path.Combine(folder, "studio.db"), "no database, but long enough to be looked at by its first bytes, of which there are sixteen");
            Assert.Contains("--models", Assert.Throws<IOException>(() => ModelRootStore.ReadAdded(folder)).Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
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
