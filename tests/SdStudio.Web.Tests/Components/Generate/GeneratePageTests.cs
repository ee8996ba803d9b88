using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SdStudio.Diffusion;
using SdStudio.Diffusion.Imaging;
using SdStudio.Diffusion.Prompts;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Models;
using SdStudio.Storage.Styles;
using SdStudio.Storage.Wildcards;
using SdStudio.Tests;
using SdStudio.Web.Components.Generate;
using SdStudio.Web.Components.Parts;
using SdStudio.Web.Configuration;
using SdStudio.Web.Generation;
using SdStudio.Web.Security;
using SdStudio.Web.Tests.Components.Parts;
using SdStudio.Web.Tests.Generation;

namespace SdStudio.Web.Tests.Components.Generate;

/// <summary>The page over the real queue, database and catalogue; only the networks are pretended.</summary>
public sealed class GeneratePageTests : PartsContext, IAsyncLifetime
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly StepGate _gate = new();
    private readonly string _folder;
    private readonly StyleStore _styles;
    private readonly WildcardFolder _wildcards;
    private Workshop _workshop = null!;

    public GeneratePageTests()
    {
        _folder = Directory.CreateTempSubdirectory("sdstudio-").FullName;
        _styles = new StyleStore(new GalleryPaths(_folder));
        _wildcards = new WildcardFolder(Path.Combine(_folder, "wildcards"), TimeProvider.System);
    }

    public async Task InitializeAsync()
    {
        _workshop = await Workshop.OpenAsync(_gate.Pipeline());
        await _workshop.Catalog.ScanAsync();
        var browser = new BrowserIdentity();
        browser.Become("me");
        Services.AddSingleton(TimeProvider.System);
        Services.AddSupplyValueFromQueryProvider();
        Services.AddSingleton(_workshop.Queue);
        Services.AddSingleton(new RecipeLimits(Options.Create(new GenerationOptions())));
        Services.AddSingleton(_workshop.Gallery);
        Services.AddSingleton(_workshop.Catalog);
        Services.AddSingleton(_workshop.Profiles);
        Services.AddSingleton(_styles);
        Services.AddSingleton(_wildcards);
        Services.AddSingleton<IWildcards>(_wildcards);
        Services.AddSingleton<PromptExpansion>();
        Services.AddSingleton<StylePreviews>();
        Services.AddLogging();
        Services.AddSingleton(_workshop.Links);
        Services.AddSingleton(_workshop.Pipelines);
        Services.AddSingleton(browser);
        Services.AddSingleton(new GalleryPaths(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName())));
        Services.AddSingleton(new StudioPaths(new GalleryPaths(Path.GetTempPath()), [RepositoryRoot.Models], null));
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        _gate.OpenForGood();
        await DisposeComponentsAsync();
        await _workshop.DisposeAsync();
        _gate.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Generate_StylesAndWildcards_BecomeWordsAndWhatWasWrittenIsKept()
    {
        await _styles.SetAsync(new PromptStyle(0, "Oil", "oil painting of {prompt}", "photo"));
        await _wildcards.CreateAsync("animals", "cat");
        IRenderedComponent<GeneratePage> page = Open("/?prompt=a%20__animals__&style=Oil");

        page.Find("[data-testid=generate]").Click();

        page.WaitForAssertion(() => Assert.Single(_workshop.Queue.Jobs), s_patience);
        ImageRecipe recipe = _workshop.Queue.Jobs[0].Recipe;
        Assert.Equal(("oil painting of a cat", "photo"), (recipe.Prompt, recipe.NegativePrompt));
        Assert.Equal("a __animals__", recipe.Template?.Prompt);
        _gate.OpenForGood();
        page.WaitForAssertion(() => Assert.NotNull(_styles.Find("Oil")!.LatestPictureId), s_patience);
    }

    [Fact]
    public void Generate_WildcardThatIsNotHere_MakesThePictureAndSaysSo()
    {
        IRenderedComponent<GeneratePage> page = Open("/?prompt=a%20__nothing__");

        page.Find("[data-testid=generate]").Click();

        page.WaitForAssertion(() => Assert.Equal("a __nothing__", Assert.Single(_workshop.Queue.Jobs).Recipe.Prompt), s_patience);
        page.WaitForAssertion(() => Assert.Contains("nothing", Services.GetRequiredService<NoticeService>().Current?.Text, StringComparison.Ordinal), s_patience);
    }

    [Fact]
    public void Page_FirstVisit_SaysWhatToDo()
    {
        IRenderedComponent<GeneratePage> page = Open();

        Assert.NotNull(page.Find("[data-testid=empty-canvas]"));
        Assert.NotNull(page.Find("[data-testid=generate]"));
        Assert.Empty(page.FindAll("[data-testid=stop]"));
    }

    [Fact]
    public void Page_FirstVisit_TellsWhatTheModelCanDrawAndOffersItsOwnWords()
    {
        ModelIntroduction introduction = _workshop.Catalog.Find(ModelKind.Checkpoint, "postcard")!.Introduction!;

        IRenderedComponent<GeneratePage> page = Open();

        Assert.StartsWith($"{introduction.Description} For anything else", page.Find("[data-testid=introduction]").TextContent, StringComparison.Ordinal);
        Assert.Equal(introduction.Examples, page.FindAll("[data-testid=empty-canvas] button").Select(chip => chip.TextContent));
    }

    [Fact]
    public void Page_FirstVisit_HasWordsToStartWith()
    {
        ModelIntroduction introduction = _workshop.Catalog.Find(ModelKind.Checkpoint, "postcard")!.Introduction!;

        Assert.NotNull(introduction.Prompt);
        Assert.Equal(introduction.Prompt, PromptOf(Open()));
        Assert.Equal(introduction.Prompt, PromptOf(Open("/?model=postcard")));
    }

    [Fact]
    public void Page_OpenedAgainAfterTheWordsWereErased_LeavesThemErased() =>
        Assert.Equal("", PromptOf(Open("/?model=postcard&width=128&height=128&steps=20&guidance=5")));

    [Fact]
    public void Example_Pressed_MakesItAndGivesOwnWordsBackOnUndo()
    {
        NoticeService notices = Services.GetRequiredService<NoticeService>();
        IRenderedComponent<GeneratePage> page = Open("/?prompt=my%20own%20words");
        string example = page.Find("[data-testid=examples] button").TextContent;

        Press(page, 0);

        page.WaitForAssertion(() => Assert.Equal(example, Assert.Single(_workshop.Queue.Jobs).Recipe.Prompt), s_patience);
        page.WaitForAssertion(() => Assert.Equal("Undo", notices.Current?.ActionLabel), s_patience);
        page.InvokeAsync(notices.Current!.Action!);
        page.WaitForAssertion(() => Assert.Equal("my own words", PromptOf(page)), s_patience);
    }

    [Fact]
    public void Example_PressedOnAFirstVisit_ReplacesNothingOfOnesOwn()
    {
        IRenderedComponent<GeneratePage> page = Open();

        Press(page, 1);

        page.WaitForAssertion(() => Assert.Single(_workshop.Queue.Jobs), s_patience);
        Assert.Null(Services.GetRequiredService<NoticeService>().Current);
    }

    [Theory]
    [InlineData("a%20beach", "a beach, ")]
    [InlineData("a%20beach,%20", "a beach, ")]
    public void Example_PressedWithShift_JoinsTheWordsAndMakesNothing(string prompt, string start)
    {
        IRenderedComponent<GeneratePage> page = Open($"/?prompt={prompt}");
        string example = page.Find("[data-testid=examples] button").TextContent;

        Press(page, 0, withShift: true);

        page.WaitForAssertion(() => Assert.Equal(start + example, PromptOf(page)), s_patience);
        Assert.Empty(_workshop.Queue.Jobs);
    }

    [Fact]
    public void Draft_OfTheShippedModel_HasASwitchWhereItsCardNamesOne()
    {
        ModelFile model = _workshop.Catalog.Find(ModelKind.Checkpoint, "postcard")!;

        Assert.Equal(Draft.For(model, _workshop.Catalog.Models) is not null, Open().FindAll("[data-testid=draft]").Count > 0);
        Assert.Equal(model.Introduction!.Draft is not null, Draft.For(model, _workshop.Catalog.Models) is not null);
    }

    [Fact]
    public void Model_AfterItsFirstPicture_ShowsItAndIsLoaded()
    {
        IRenderedComponent<GeneratePage> page = Open("/?prompt=a%20cat");
        Assert.NotNull(page.Find(".model .letter"));
        _gate.OpenForGood();

        page.Find("[data-testid=generate]").Click();

        page.WaitForAssertion(() => Assert.Matches("^/thumbnails/[0-9]+/256.webp", page.Find(".model img").GetAttribute("src")!), s_patience);
        page.WaitForAssertion(() => Assert.EndsWith("· loaded", page.Find(".model .small").TextContent, StringComparison.Ordinal), s_patience);
    }

    [Fact]
    public async Task Generate_WithoutWords_SaysSoAndStartsNothing()
    {
        IRenderedComponent<GeneratePage> page = Open();
        page.Find("[data-testid=prompt]").Input("");

        await page.Find("[data-testid=generate]").ClickAsync();

        page.WaitForAssertion(() => Assert.Equal("Write what you would like to see.", page.Find("#prompt-message").TextContent), s_patience);
        Assert.Empty(_workshop.Queue.Jobs);
    }

    [Fact]
    public void Generate_Words_ShowsThePictureFormingAndThenThePicture()
    {
        IRenderedComponent<GeneratePage> page = Open();
        page.Find("[data-testid=prompt]").Input("a red lighthouse");

        page.Find("[data-testid=generate]").Click();
        _gate.Open(3);

        page.WaitForAssertion(() => Assert.Contains("Step 3/20", page.Find("[data-testid=step-status]").TextContent, StringComparison.Ordinal), s_patience);
        page.WaitForAssertion(() => Assert.Single(page.FindAll("[data-testid=skip]")), s_patience);
        _gate.OpenForGood();
        page.WaitForAssertion(() => Assert.Equal("a red lighthouse", page.Find("[data-testid=picture]").GetAttribute("alt")), s_patience);
        Assert.NotNull(page.Find("[data-testid=reroll]"));
        page.WaitForAssertion(() => Assert.Single(page.FindAll("[data-testid=generate]")), s_patience);
    }

    [Fact]
    public async Task Generate_SeveralPictures_QueuesThemWithSeedsInARow()
    {
        IRenderedComponent<GeneratePage> page = Open("/?prompt=a%20cat&pictures=3&seed=41");

        await page.Find("[data-testid=generate]").ClickAsync();

        await Until.True(() => _workshop.Queue.Jobs.Count == 3, "three jobs");
        Assert.Equal([41, 42, 43], _workshop.Queue.Jobs.Select(job => job.Recipe.Seed));
        Assert.All(_workshop.Queue.Jobs, job => Assert.Equal("me", job.Owner));
    }

    [Fact]
    public async Task Generate_SeedLeftToChance_DrawsAnotherEachTime()
    {
        IRenderedComponent<GeneratePage> page = Open("/?prompt=a%20cat");
        PromptField prompt = page.FindComponent<PromptField>().Instance;

        await page.InvokeAsync(prompt.Submit);
        await page.InvokeAsync(prompt.Submit);

        Assert.Equal(2, _workshop.Queue.Jobs.Select(job => job.Recipe.Seed).Distinct().Count());
    }

    [Fact]
    public async Task Page_OpenedWhileAPictureRuns_ShowsItAtOnce()
    {
        GenerationJob job = await _workshop.AddAsync(steps: 8);
        _gate.Open(2);
        await Until.True(() => job.Progress.Step == 2, "two steps");

        IRenderedComponent<GeneratePage> page = Open();

        Assert.Contains("Step 2/8", page.Find("[data-testid=step-status]").TextContent, StringComparison.Ordinal);
        Assert.NotNull(page.Find("[data-testid=stop]"));
    }

    [Fact]
    public async Task Page_PictureOfAnotherBrowser_CanBeWatchedButNotStopped()
    {
        GenerationJob job = await _workshop.AddAsync(owner: "someone else", steps: 8);
        _gate.Open(2);
        await Until.True(() => job.Progress.Step == 2, "two steps");

        IRenderedComponent<GeneratePage> page = Open();

        Assert.NotNull(page.Find("[data-testid=live-preview]"));
        Assert.Empty(page.FindAll("[data-testid=skip]"));
        Assert.Empty(page.FindAll("[data-testid=stop]"));
        Assert.NotNull(page.Find("[data-testid=generate]"));
    }

    [Fact]
    public async Task Stop_WhileRunning_KeepsTheLastPreviewAndOffersGenerateAgain()
    {
        GenerationJob job = await _workshop.AddAsync(steps: 8);
        IRenderedComponent<GeneratePage> page = Open();
        _gate.Open(2);
        await Until.True(() => job.Progress.Step == 2, "two steps");

        await page.Find("[data-testid=stop]").ClickAsync();

        page.WaitForAssertion(() => Assert.NotNull(page.Find("[data-testid=stopped]")), s_patience);
        page.WaitForAssertion(() => Assert.Single(page.FindAll("[data-testid=generate]")), s_patience);
    }

    [Fact]
    public async Task Page_PictureThatCannotBeMade_SaysWhyInItsPlace()
    {
        _workshop.Pipeline.BeforeStep = (_, _, _) => throw new UnusableRecipeException("The model is missing a part.");
        IRenderedComponent<GeneratePage> page = Open("/?prompt=a%20cat");

        await page.Find("[data-testid=generate]").ClickAsync();

        page.WaitForAssertion(() => Assert.Contains("The model is missing a part.", page.Find("[data-testid=failed]").TextContent, StringComparison.Ordinal), s_patience);
        Assert.Equal("a cat", page.Find("[data-testid=prompt]").GetAttribute("value"));
        Assert.NotNull(page.Find("[data-testid=try-again]"));
    }

    [Fact]
    public async Task ReRoll_FinishedPicture_QueuesTheSameRecipeWithANewSeed()
    {
        _gate.Open(4);
        GenerationJob job = await _workshop.AddAsync(seed: 5, steps: 4);
        await Until.True(() => job.Outcome is JobOutcome.Succeeded, "the picture");
        long id = ((JobOutcome.Succeeded)job.Outcome!).ImageId;
        IRenderedComponent<GeneratePage> page = Open();

        await page.Find("[data-testid=reroll]").ClickAsync();

        await Until.True(() => _workshop.Queue.Jobs.Count == 1, "the re-roll");
        GenerationJob again = _workshop.Queue.Jobs[0];
        Assert.NotEqual(5, again.Recipe.Seed);
        Assert.Equal(job.Recipe, again.Recipe with { Seed = 5 });
        Assert.Equal(id, again.ParentId);
    }

    [Fact]
    public async Task Remix_FromAPicture_PutsItsRecipeIntoTheForm()
    {
        _gate.Open(4);
        GenerationJob job = await _workshop.AddAsync(seed: 77, steps: 4);
        await Until.True(() => job.Outcome is JobOutcome.Succeeded, "the picture");

        IRenderedComponent<GeneratePage> page = Open($"/?from={((JobOutcome.Succeeded)job.Outcome!).ImageId}");

        page.WaitForAssertion(() => Assert.Equal("a beach", page.Find("[data-testid=prompt]").GetAttribute("value")), s_patience);
        Assert.Equal("77", page.Find("[data-testid=seed]").GetAttribute("value"));
        Assert.Empty(_workshop.Queue.Jobs);
    }

    [Fact]
    public void Use_LoraAndWordFromTheModelsPage_JoinTheRecipeThatWasBeingWritten()
    {
        JSInterop.SetupModule("./Components/Generate/GeneratePage.razor.js").Setup<string>("recall").SetResult("prompt=my%20words&model=postcard&width=128&height=128&steps=9&guidance=5");
        ModelFile lora = _workshop.Catalog.Find(ModelKind.Lora, Postcard.Loras[0])!;

        IRenderedComponent<GeneratePage> page = Open($"/?use={lora.Id}&word=dusk%20light");

        page.WaitForAssertion(() => Assert.Equal("my words, dusk light", PromptOf(page)), s_patience);
        page.WaitForAssertion(() => Assert.Contains(lora.Title, page.Find("[data-testid=loras] .name").TextContent, StringComparison.Ordinal), s_patience);
        Assert.Contains("9", page.Find("input[aria-label='Steps, number']").GetAttribute("value"), StringComparison.Ordinal);
        Assert.Equal("“dusk light” was added", Services.GetRequiredService<NoticeService>().Current?.Text);
    }

    [Fact]
    public void Settings_RememberedForTheModel_AreWhatCreateBeginsWith()
    {
        IRenderedComponent<GeneratePage> page = Open("/?prompt=a%20cat");
        Assert.Empty(page.FindAll("[data-testid=keep-settings]"));
        page.InvokeAsync(() => page.Find("input[aria-label='Steps, number']").Change("9"));
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[data-testid=keep-settings]")), s_patience);

        page.InvokeAsync(() => page.Find("[data-testid=keep-settings]").Click());

        page.WaitForAssertion(() => Assert.Equal(9, RecipeDefaults.For(_workshop.Catalog.Find(ModelKind.Checkpoint, "postcard")).Steps), s_patience);
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("[data-testid=keep-settings]")), s_patience);
        Assert.Equal("9", Open("/?prompt=another").Find("input[aria-label='Steps, number']").GetAttribute("value"));
    }

    [Fact]
    public async Task Remix_LoraUnderAnotherNameToday_IsFoundByTheHashInThePicture()
    {
        string name = Postcard.Loras[0];
        await Until.True(() => _workshop.Catalog.Find(ModelKind.Lora, name)?.ShortHash is not null, "the hash");
        GalleryImage image = await _workshop.Gallery.AddAsync(new NewImage(
            900,
            Workshop.Recipe() with { Loras = [new LoraSelection("as-it-was", 0.7f)] },
            new RgbImage(32, 24, new byte[32 * 24 * 3]),
            DateTimeOffset.UtcNow,
            TimeSpan.FromSeconds(1),
            "me",
            null,
            null,
            [],
            new Dictionary<string, string> { ["as-it-was"] = _workshop.Catalog.Find(ModelKind.Lora, name)!.ShortHash! }));

        IRenderedComponent<GeneratePage> page = Open($"/?from={image.Id}");

        page.WaitForAssertion(() => Assert.Contains(_workshop.Catalog.Find(ModelKind.Lora, name)!.Title, page.Find("[data-testid=loras] .name").TextContent, StringComparison.Ordinal), s_patience);
        Assert.Empty(page.FindAll(".lora[data-invalid]"));
    }

    [Fact]
    public void Use_UnknownModel_LeavesTheFormAsItWas()
    {
        IRenderedComponent<GeneratePage> page = Open("/?use=0123456789abcdef&word=dusk");

        Assert.Equal(_workshop.Catalog.Find(ModelKind.Checkpoint, "postcard")!.Introduction!.Prompt, PromptOf(page));
        Assert.Empty(page.FindAll("[data-testid=loras] .name"));
    }

    [Fact]
    public void Tag_TypedIntoThePrompt_IsAChipAndItsSliderWritesThePrompt()
    {
        IRenderedComponent<GeneratePage> page = Open();
        string lora = Postcard.Loras[0];

        page.Find("[data-testid=prompt]").Input($"a beach <lora:{lora}:0.5>");
        page.WaitForAssertion(() => Assert.Equal("0.5", page.Find("[data-testid=loras] .name b").TextContent), s_patience);
        page.InvokeAsync(() => page.Find("[data-testid=loras] .name").Click());
        page.WaitForAssertion(() => Assert.NotNull(page.Find("input[type=range][aria-label=Weight]")), s_patience);
        page.InvokeAsync(() => page.Find("input[type=range][aria-label=Weight]").Input("0.9"));

        page.WaitForAssertion(() => Assert.Equal($"a beach <lora:{lora}:0.9>", PromptOf(page)), s_patience);
    }

    /// <summary>The page draws itself again when the words are counted; found and pressed in one go, a button cannot be gone in between.</summary>
    private static void Press(IRenderedComponent<GeneratePage> page, int example, bool withShift = false) =>
        page.InvokeAsync(() => page.FindAll("[data-testid=examples] button")[example].Click(new MouseEventArgs { ShiftKey = withShift }));

    private static string? PromptOf(IRenderedComponent<GeneratePage> page) => page.Find("[data-testid=prompt]").GetAttribute("value") ?? "";

    private IRenderedComponent<GeneratePage> Open(string address = "/")
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        return Render<GeneratePage>();
    }
}
