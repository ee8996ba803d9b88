using SdStudio.Diffusion;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Models;

namespace SdStudio.Storage.Tests.Models;

public sealed class ModelProfileStoreTests
{
    [Fact]
    public async Task ScanAsync_FileMovedAndRenamed_KeepsItsHistory()
    {
        await using TemporaryLibrary library = await TemporaryLibrary.CreateAsync();
        string path = library.AddLora("loras/style.safetensors");
        ModelEntry before = Assert.Single(await library.ScanAsync());
        await library.Profiles.SetFavouriteAsync(before.File, true);
        await library.Profiles.SetNotesAsync(before.File, "at 0.6");
        await library.Profiles.SetSettingsAsync(before.File, new RecipeSuggestion { LoraWeight = 0.6f });
        GalleryImage picture = await library.Studio.AddAsync(1, TemporaryStudio.Recipe() with { Loras = [new LoraSelection("style", 0.6f)] });

        File.Move(path, library.Below("loras/kept/better-name.safetensors"));
        ModelEntry after = Assert.Single(await library.ScanAsync());

        Assert.Equal("better-name", after.File.Name);
        Assert.Equal((true, "at 0.6", 0.6f), (after.Profile.IsFavourite, after.Profile.Notes, after.Profile.Settings?.LoraWeight));
        Assert.Equal((1, picture.CreatedAt), (after.Pictures, after.LastUsedAt));
        Assert.Equal(["better-name", "style"], after.MadeWith.Names.AsEnumerable());
        Assert.Equal(picture.Id, (await library.Library.BestPictureAsync(after.MadeWith))?.Id);
        Assert.Equal(1, await library.Studio.Gallery.CountAsync(new GalleryQuery { MadeWith = after.MadeWith }));
    }

    [Fact]
    public async Task ScanAsync_FormerNameNowOfAnother_BelongsToThat()
    {
        await using TemporaryLibrary library = await TemporaryLibrary.CreateAsync();
        string path = library.AddLora("loras/style.safetensors");
        await library.ScanAsync();
        File.Move(path, library.Below("loras/old-style.safetensors"));
        library.AddLora("loras/style.safetensors", seed: 2);

        IReadOnlyList<ModelEntry> entries = await library.ScanAsync();

        Assert.Equal(["old-style"], entries.Single(entry => entry.File.Name == "old-style").MadeWith.Names.AsEnumerable());
        Assert.Equal(["style"], entries.Single(entry => entry.File.Name == "style").MadeWith.Names.AsEnumerable());
    }

    [Fact]
    public async Task ScanAsync_NotesInTheHeaderChange_KeepsItsHistory()
    {
        await using TemporaryLibrary library = await TemporaryLibrary.CreateAsync();
        string path = library.AddLora("loras/style.safetensors");
        await library.Profiles.SetFavouriteAsync(Assert.Single(await library.ScanAsync()).File, true);

        File.Delete(path);
        library.AddLora("loras/moved.safetensors", metadata: new() { ["modelspec.title"] = "With a title" });

        Assert.True(Assert.Single(await library.ScanAsync()).Profile.IsFavourite);
    }

    [Fact]
    public async Task SetNotesAsync_BeforeTheHashIsKnown_IsBroughtTogetherWithWhatIsKept()
    {
        await using TemporaryLibrary library = await TemporaryLibrary.CreateAsync();
        string path = library.AddLora("loras/style.safetensors");
        ModelFile known = Assert.Single(await library.ScanAsync()).File;
        await library.Profiles.SetNotesAsync(known, "first");
        string copy = library.Below("loras/copy.safetensors");
        File.Move(path, copy);
        ModelFile unknown = known with { Path = copy, Name = "copy", Hashes = null };
        await library.Profiles.SetNotesAsync(unknown, "second");
        await library.Profiles.SetFavouriteAsync(unknown, true);
        Assert.Equal("second", (await library.Profiles.FindAsync(unknown)).Notes);

        ModelProfile profile = Assert.Single(await library.ScanAsync()).Profile;

        Assert.Equal(("first\n\nsecond", true), (profile.Notes, profile.IsFavourite));
        Assert.Equal(["copy", "style"], profile.Names.AsEnumerable());
    }

    [Fact]
    public async Task SetSettingsAsync_OutOfRange_IsRefused()
    {
        await using TemporaryLibrary library = await TemporaryLibrary.CreateAsync();
        library.AddLora("loras/style.safetensors");
        ModelFile model = Assert.Single(await library.ScanAsync()).File;

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => library.Profiles.SetSettingsAsync(model, new RecipeSuggestion { Steps = 0 }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => library.Profiles.SetSettingsAsync(model, new RecipeSuggestion { Sampler = "none such" }));
        await library.Profiles.SetSettingsAsync(model, new RecipeSuggestion { Steps = 8, Sampler = "euler" });
        Assert.Equal(new RecipeSuggestion { Steps = 8, Sampler = "euler" }, (await library.Profiles.FindAsync(model)).Settings);
        await library.Profiles.SetSettingsAsync(model, null);
        Assert.Null((await library.Profiles.FindAsync(model)).Settings);
    }

    [Fact]
    public async Task Fitting_Loras_AreThoseOfTheFamilyAndTheUnknown()
    {
        await using TemporaryLibrary library = await TemporaryLibrary.CreateAsync();
        library.AddLora("loras/one.safetensors");
        library.AddLora("loras/two.safetensors", width: 1024);
        library.AddLora("loras/xl.safetensors", width: 2048);
        library.AddLora("loras/tiny.safetensors", width: 40);
        library.AddEmbedding("embeddings/word.safetensors");
        await library.ScanAsync();
        ModelFile checkpoint = new() { Name = "x", Title = "X", Kind = ModelKind.Checkpoint, Path = "/x", Family = "Stable Diffusion 1.x" };

        Assert.Equal(["one", "tiny"], library.Catalog.Fitting(ModelKind.Lora, checkpoint).Select(model => model.Name).Order());
        Assert.Equal(["tiny", "xl"], library.Catalog.Fitting(ModelKind.Lora, checkpoint with { Family = "Stable Diffusion XL inpainting" }).Select(model => model.Name).Order());
        Assert.Equal(["tiny"], library.Catalog.Fitting(ModelKind.Lora, checkpoint with { Family = "Stable Diffusion XL refiner" }).Select(model => model.Name).Order());
        Assert.Equal("word", Assert.Single(library.Catalog.Fitting(ModelKind.Embedding, checkpoint)).Name);
    }

    [Fact]
    public async Task ScanAsync_FilesOfManyKindsInOneFolder_AreToldApartByTheirHeaders()
    {
        await using TemporaryLibrary library = await TemporaryLibrary.CreateAsync();
        library.AddLora("0f3a/a.safetensors");
        library.AddEmbedding("7b21/b.safetensors");

        await library.ScanAsync();

        Assert.Equal(
            [("a", ModelKind.Lora, "Stable Diffusion 1.x"), ("b", ModelKind.Embedding, "Stable Diffusion 1.x")],
            library.Catalog.Models.Select(model => (model.Name, model.Kind, model.Family!)));
    }
}
