using SdStudio.Diffusion;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Metadata;
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

    [Fact]
    public async Task Find_FormerName_IsTheModelThatHadIt()
    {
        await using TemporaryLibrary library = await TemporaryLibrary.CreateAsync();
        string path = library.AddLora("loras/style.safetensors");
        await library.ScanAsync();
        File.Move(path, library.Below("loras/better-name.safetensors"));

        await library.ScanAsync();

        Assert.Equal("better-name", library.Catalog.Find(ModelKind.Lora, "style")?.Name);
        Assert.Null(library.Catalog.Find(ModelKind.Checkpoint, "style"));
        library.AddLora("loras/style.safetensors", seed: 2);
        await library.ScanAsync();
        Assert.Equal("style", library.Catalog.Find(ModelKind.Lora, "style")?.Name);
    }

    [Fact]
    public async Task Recognise_RenamedModels_GiveTheRecipeTheirNamesOfToday()
    {
        await using TemporaryLibrary library = await TemporaryLibrary.CreateAsync();
        string path = library.AddLora("loras/style.safetensors");
        await library.ScanAsync();
        File.Move(path, library.Below("loras/better-name.safetensors"));
        await library.ScanAsync();
        ImageRecipe recipe = TemporaryStudio.Recipe() with { Loras = [new LoraSelection("style", 0.6f) { TextEncoderWeight = 0.2f }, new LoraSelection("gone", 1)] };

        ImageRecipe now = library.Catalog.Recognise(recipe);

        Assert.Equal([new LoraSelection("better-name", 0.6f) { TextEncoderWeight = 0.2f }, new LoraSelection("gone", 1)], now.Loras.AsEnumerable());
        Assert.Equal(recipe.Checkpoint, now.Checkpoint);
        Assert.False(library.Catalog.Knows(recipe));
    }

    [Fact]
    public async Task Recognise_NameNeverSeenHere_IsFoundByTheHashInThePicturesText()
    {
        await using TemporaryLibrary library = await TemporaryLibrary.CreateAsync();
        library.AddLora("loras/mine.safetensors");
        ModelFile lora = Assert.Single(await library.ScanAsync()).File;
        ImageRecipe recipe = TemporaryStudio.Recipe() with { Loras = [new LoraSelection("theirs", 0.6f)] };
        NewImage picture = library.Studio.NewImage(1, recipe) with { LoraHashes = new Dictionary<string, string> { ["theirs"] = lora.ShortHash! }, ModelHash = "0123456789" };
        GalleryImage added = await library.Studio.Gallery.AddAsync(picture);

        RecipeHashes? hashes = await library.Studio.Gallery.HashesAsync(added.Id);

        Assert.Equal("0123456789", hashes?.Model);
        Assert.Equal("mine", Assert.Single(library.Catalog.Recognise(recipe, hashes).Loras).Name);
        Assert.Equal("theirs", Assert.Single(library.Catalog.Recognise(recipe).Loras).Name);
        Assert.Null(await library.Studio.Gallery.HashesAsync(99));
    }

    [Fact]
    public async Task SetSettingsAsync_Changed_IsInTheCatalogueAtOnceForEveryCopy()
    {
        await using TemporaryLibrary library = await TemporaryLibrary.CreateAsync();
        library.AddLora("loras/style.safetensors");
        library.AddLora("loras/copy.safetensors");
        ModelFile model = (await library.ScanAsync())[0].File;
        int changes = 0;
        library.Catalog.Changed += () => changes++;

        await library.Profiles.SetSettingsAsync(model, new RecipeSuggestion { LoraWeight = 0.4f });

        Assert.All(library.Catalog.Models, copy => Assert.Equal(0.4f, copy.Recommended.LoraWeight));
        Assert.Equal(1, changes);
        await library.Catalog.ScanAsync();
        Assert.Equal(1, changes);
    }

    [Fact]
    public async Task CountAsync_ModelAndLoraUnderSeveralNames_BothMustHold()
    {
        using TemporaryStudio studio = await TemporaryStudio.CreateAsync();
        await studio.AddAsync(1, TemporaryStudio.Recipe() with { Checkpoint = "old", Loras = [new LoraSelection("a", 1)] });
        await studio.AddAsync(2, TemporaryStudio.Recipe() with { Checkpoint = "new", Loras = [new LoraSelection("b", 1)] });
        await studio.AddAsync(3, TemporaryStudio.Recipe() with { Checkpoint = "new", Loras = [new LoraSelection("c", 1)] });
        GalleryQuery query = new() { MadeWith = new MadeWith(ModelKind.Checkpoint, ["new", "old"]), AndWith = new MadeWith(ModelKind.Lora, ["a", "b"]) };

        Assert.Equal(2, await studio.Gallery.CountAsync(query));
        Assert.Equal([2, 1], (await studio.Gallery.PageAsync(query, before: null, 10)).Select(image => image.Id));
    }
}
