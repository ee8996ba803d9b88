using SdStudio.Diffusion;
using SdStudio.Storage.Data;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Models;
using SdStudio.Storage.Styles;
using SdStudio.Tests;
using SdStudio.Web.Components.Generate;

namespace SdStudio.Web.Tests.Components.Generate;

public sealed class RecipeIntakeTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sdstudio-").FullName;
    private readonly StudioDatabase _database;
    private readonly ModelCatalog _catalog;
    private readonly StyleStore _styles;
    private readonly RecipeFormModel _form = new();
    private readonly RecipeIntake _intake;

    public RecipeIntakeTests()
    {
        GalleryPaths paths = new(_folder);
        _database = new StudioDatabase(paths);
        _catalog = new ModelCatalog(_database, [RepositoryRoot.Models]);
        _styles = new StyleStore(paths);
        _intake = new RecipeIntake(_form, _catalog, _styles);
    }

    public async Task InitializeAsync()
    {
        await _database.MigrateAsync();
        await _catalog.ScanAsync();
    }

    public async Task DisposeAsync()
    {
        await _catalog.DisposeAsync();
        _database.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Read_PlainAddress_IsTheFirstModelAsItsCardHasIt()
    {
        _intake.Read("");

        Assert.Equal("postcard", _form.Model);
        Assert.Equal(_catalog.Find(ModelKind.Checkpoint, "postcard")!.Introduction!.Prompt, _form.Prompt);
        Assert.Equal(_catalog.Find(ModelKind.Checkpoint, "postcard"), _intake.Model);
    }

    [Fact]
    public void Read_PartOfARecipe_StandsOnTheModelsDefaults()
    {
        RecipeDefaults defaults = RecipeDefaults.For(_catalog.Find(ModelKind.Checkpoint, "postcard"));

        _intake.Read("?prompt=a%20cat&steps=9&profile=ComfyUi");

        Assert.Equal(("a cat", 9, CompatibilityProfile.ComfyUi, defaults.Width, defaults.Sampler), (_form.Prompt, _form.Steps, _form.Profile, _form.Width, _form.Sampler));
    }

    [Fact]
    public void Read_WholeRecipeWithoutWords_LeavesThemErased()
    {
        var written = new RecipeFormModel { Model = "postcard", Width = 128, Height = 128 };

        _intake.Read(RecipeQuery.Format(written));

        Assert.Equal(("", "postcard", 128), (_form.Prompt, _form.Model, _form.Width));
    }

    [Fact]
    public void Read_ModelThatIsNotHere_KeepsItsName()
    {
        _intake.Read("?prompt=x&model=gone");

        Assert.Equal("gone", _form.Model);
        Assert.Null(_intake.Model);
    }

    [Fact]
    public async Task TakeUp_StyleAndLoraWithItsWord_JoinAndAreTold()
    {
        Assert.Null(await _styles.SetAsync(new PromptStyle(0, "Oil", "oil painting of {prompt}", "")));
        ModelFile lora = _catalog.Find(ModelKind.Lora, Postcard.Loras[0])!;
        _intake.Read("?prompt=my%20words");

        IReadOnlyList<string> notices = _intake.TakeUp("Oil", lora.Id, "dusk light");

        Assert.Equal(["Oil was added", "“dusk light” was added"], notices);
        Assert.Equal(("my words, dusk light", "Oil", lora.Name), (_form.Prompt, Assert.Single(_form.Styles), Assert.Single(_form.Loras).Name));

        // Once more is no second time.
        _intake.TakeUp("Oil", lora.Id, "dusk light");
        Assert.Equal(("my words, dusk light", 1, 1), (_form.Prompt, _form.Styles.Count, _form.Loras.Count));
    }

    [Fact]
    public void TakeUp_WhatIsNotHere_ChangesAndTellsNothing()
    {
        _intake.Read("?prompt=my%20words");

        Assert.Empty(_intake.TakeUp("No such style", "0123456789abcdef", "dusk"));
        Assert.Empty(_intake.TakeUp(null, null, "dusk"));
        Assert.Equal("my words", _form.Prompt);
    }

    [Fact]
    public void TakeUp_WordOfAnyLength_IsLeftOutWhereItIsTooLong()
    {
        _intake.Read("?prompt=my%20words");

        IReadOnlyList<string> notices = _intake.TakeUp(null, _catalog.Find(ModelKind.Lora, Postcard.Loras[0])!.Id, new string('x', 201));

        Assert.Equal($"{_catalog.Find(ModelKind.Lora, Postcard.Loras[0])!.Title} was added", Assert.Single(notices));
        Assert.Equal("my words", _form.Prompt);
    }

    [Fact]
    public void ChooseFirst_FormWithoutAModel_TakesOneAndLeavesAnother()
    {
        _intake.ChooseFirst();
        Assert.Equal("postcard", _form.Model);

        _form.Model = "other";
        _intake.ChooseFirst();
        Assert.Equal("other", _form.Model);
    }
}
