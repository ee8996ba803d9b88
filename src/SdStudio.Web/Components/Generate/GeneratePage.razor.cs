using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using SdStudio.Diffusion;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Models;
using SdStudio.Storage.Styles;
using SdStudio.Storage.Wildcards;
using SdStudio.Web.Components.Gallery;
using SdStudio.Web.Components.Parts;
using SdStudio.Web.Endpoints;
using SdStudio.Web.Generation;
using SdStudio.Web.Security;

namespace SdStudio.Web.Components.Generate;

/// <summary>
/// The Create page: words, recipe, canvas, recent pictures. The recipe lives in the address and in the browser, the jobs in
/// the queue: nothing is lost with the circuit.
/// </summary>
public sealed partial class GeneratePage : ComponentBase, IAsyncDisposable
{
    private static readonly TimeSpan s_rememberAfter = TimeSpan.FromMilliseconds(400);

    private readonly List<IDisposable> _subscriptions = [];
    private readonly RecipeFormModel _form = new();
    private FieldMessages _messages = new();
    private PromptNames _names = PromptNames.None;
    private RecipeIntake _intake = null!;
    private CanvasState _canvas = null!;
    private ScriptModule _script = null!;
    private ITimer? _remember;
    private int? _tokens;
    private long? _lastSeed;
    private long? _parent;
    private bool _advanced;
    private bool _sheetOpen;
    private bool _sharing;

    /// <summary>Not while the page is rendered on the server for the first answer: there is no browser to call then.</summary>
    private bool _isInBrowser;
    private string? _sheetPart;
    private string? _full;
    private string? _cover;
    private string _covered = "";

    [Inject]
    private GenerationQueue Queue { get; set; } = null!;

    [Inject]
    private GalleryStore Gallery { get; set; } = null!;

    [Inject]
    private ModelCatalog Catalog { get; set; } = null!;

    [Inject]
    private StyleStore Styles { get; set; } = null!;

    [Inject]
    private WildcardFolder Wildcards { get; set; } = null!;

    [Inject]
    private PromptExpansion Expansion { get; set; } = null!;

    [Inject]
    private StylePreviews StyleFaces { get; set; } = null!;

    [Inject]
    private ModelProfileStore Profiles { get; set; } = null!;

    [Inject]
    private RecipeLimits Limits { get; set; } = null!;

    [Inject]
    private PipelineHost Pipeline { get; set; } = null!;

    [Inject]
    private BrowserIdentity Browser { get; set; } = null!;

    [Inject]
    private NoticeService Notices { get; set; } = null!;

    [Inject]
    private KeyboardShortcuts Keys { get; set; } = null!;

    [Inject]
    private TokenCounter Counter { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private TimeProvider Clock { get; set; } = null!;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    /// <summary>The picture whose recipe goes into the form: <c>/?from=7</c>. As text: what is no number is no reason to fail.</summary>
    [SupplyParameterFromQuery(Name = "from")]
    private string? From { get; set; }

    /// <summary>A model of the library that the recipe shall take up, by its id: <c>/?use=0123456789abcdef</c>.</summary>
    [SupplyParameterFromQuery(Name = "use")]
    private string? Use { get; set; }

    /// <summary>A word that calls it, for the prompt: <c>/?use=0123456789abcdef&amp;word=…</c>.</summary>
    [SupplyParameterFromQuery(Name = "word")]
    private string? Word { get; set; }

    /// <summary>A style that the recipe shall take up, by its name: <c>/?addstyle=Oil</c>.</summary>
    [SupplyParameterFromQuery(Name = "addstyle")]
    private string? AddedStyle { get; set; }

    private ModelFile? Model => _intake.Model;

    private bool IsLoaded => Model is { } model && Pipeline.Model?.Path == model.Path;

    private bool IsOnlyModel => _intake.WholeModels.Count() == 1;

    private string Shape => Ratio.For(SizeLimits.Of(Model)).FirstOrDefault(ratio => ratio.Width == _form.Width && ratio.Height == _form.Height)?.Short
        ?? PixelSize.Text(_form.Width, _form.Height);

    private GalleryImage? Shown => (_canvas.Current as Canvas.Picture)?.Image;

    /// <summary>Why nothing was started, beside the button; the fields say more.</summary>
    private string? Blocked => _full ?? (_messages.IsEmpty ? null : _messages[nameof(RecipeFormModel.Prompt)] ?? "Something in the recipe needs a look.");

    public async ValueTask DisposeAsync()
    {
        foreach (IDisposable subscription in _subscriptions)
        {
            subscription.Dispose();
        }

        if (_remember is not null)
        {
            await _remember.DisposeAsync();
        }

        Catalog.Changed -= OnCatalogChanged;
        Styles.Changed -= OnNamesChanged;
        Wildcards.Changed -= OnNamesChanged;
        Gallery.Changed -= OnGalleryChanged;
        await _script.DisposeAsync();
    }

    protected override async Task OnInitializedAsync()
    {
        _intake = new RecipeIntake(_form, Catalog, Styles);
        _script = new ScriptModule(Js, "./Components/Generate/GeneratePage.razor.js");
        _remember = Clock.CreateTimer(_ => InvokeAsync(RememberAsync), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _canvas = new CanvasState(Queue, Gallery, Browser.Id, Clock);
        _canvas.FailedAside += Notices.Show;
        _subscriptions.Add(Queue.Subscribe(() => InvokeAsync(FollowAsync)));
        Catalog.Changed += OnCatalogChanged;
        Styles.Changed += OnNamesChanged;
        Wildcards.Changed += OnNamesChanged;
        _names = NamesNow();
        Gallery.Changed += OnGalleryChanged;
        RegisterKeys();
        _intake.Read(new Uri(Navigation.Uri).Query);
        await _canvas.OpenAsync();
        await CoverAsync();
        _lastSeed = Shown?.Recipe.Seed;
    }

    protected override async Task OnParametersSetAsync()
    {
        if (long.TryParse(From, NumberStyles.None, CultureInfo.InvariantCulture, out long id) && id != _parent && await Gallery.FindAsync(id) is { } image)
        {
            _canvas.Show(image);
            await RemixAsync(image.Recipe);
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _isInBrowser = true;
            if ((new Uri(Navigation.Uri).Query.Length <= 1 || Use is not null || AddedStyle is not null) && await _script.AskAsync<string>("recall") is { Length: > 0 } draft)
            {
                _intake.Read(draft);
                StateHasChanged();
            }

            await TakeUpAsync();
            await CountAsync();
        }

        if (_sheetOpen && _sheetPart is { } part)
        {
            _sheetPart = null;
            await _script.InvokeAsync("reveal", part);
        }
    }

    private ModelFile? Find(string name) => Catalog.Find(ModelKind.Checkpoint, name);

    private string TitleOf(string model) => Find(model)?.Title ?? model;

    private void RegisterKeys()
    {
        _subscriptions.Add(Keys.Register("s", "Skip this picture", Skip));
        _subscriptions.Add(Keys.Register("Shift+Escape", "Stop all of yours", Stop));
        _subscriptions.Add(Keys.Register("r", "Re-roll", ReRollAsync));
        _subscriptions.Add(Keys.Register("a", "Again", AgainAsync));
        _subscriptions.Add(Keys.Register("x", "Remix", () => Shown is { } image ? RemixAsync(image.Recipe) : Task.CompletedTask));
        _subscriptions.Add(Keys.Register("f", "Favourite", ToggleFavouriteAsync));
        _subscriptions.Add(Keys.Register("h", "Share", Share));
        _subscriptions.Add(Keys.Register("d", "Download", Download));
    }

    private async Task TakeUpAsync()
    {
        IReadOnlyList<string> notices = _intake.TakeUp(AddedStyle, Use, Word);
        if (notices.Count == 0)
        {
            return;
        }

        await ChangedAsync();
        // At once, so that a reload does not add it again.
        await RememberAsync();
        Notices.Show(string.Join(", ", notices));
        StateHasChanged();
    }

    private void OnCatalogChanged() => InvokeAsync(() =>
    {
        _intake.ChooseFirst();
        _names = NamesNow();
        StateHasChanged();
    });

    private void OnNamesChanged() => InvokeAsync(() =>
    {
        _names = NamesNow();
        StateHasChanged();
    });

    /// <summary>The same object as long as they are the same names: the browser need not hear of them again.</summary>
    private PromptNames NamesNow()
    {
        PromptNames names = PromptNames.Of(Catalog.Models, Wildcards.Names, Styles.All);
        return names.Are(_names) ? _names : names;
    }

    private Task AddStyleAsync(string name)
    {
        _intake.AddStyle(name);
        return ChangedAsync();
    }

    private void OnGalleryChanged(long id) => InvokeAsync(async () =>
    {
        await CoverAsync();
        StateHasChanged();
    });

    /// <summary>The newest picture of the chosen model stands beside its name; while there is none, the picture beside its file.</summary>
    private async Task CoverAsync()
    {
        string model = _form.Model;
        IReadOnlyList<GalleryImage> newest = model.Length == 0 ? [] : await Gallery.PageAsync(CoverOf(model), before: null, limit: 1);
        if (model == _form.Model)
        {
            _covered = model;
            _cover = newest is [var image] ? GalleryAddress.Thumbnail(image, 256) : Model is { } file ? ModelEndpoints.AddressOf(file, 256) : null;
        }
    }

    private GalleryQuery CoverOf(string model) =>
        Find(model) is { } known ? new GalleryQuery { MadeWith = MadeWith.Of(known, Catalog.Models) } : new GalleryQuery(Checkpoint: model);

    private async Task FollowAsync()
    {
        await _canvas.FollowAsync();
        _lastSeed = _canvas.Current switch
        {
            Canvas.Live { Job: var job } when job.Owner == Browser.Id => job.Recipe.Seed,
            Canvas.Picture { Image: var image } => image.Recipe.Seed,
            _ => _lastSeed,
        };
        StateHasChanged();
    }

    private async Task WriteAsync(string prompt)
    {
        _form.Prompt = prompt;
        await ChangedAsync();
        await CountAsync();
    }

    private async Task CountAsync()
    {
        string counted = _form.Prompt;
        int? tokens = Model is { } model ? await Counter.CountAsync(model, counted) : null;
        if (counted == _form.Prompt && tokens != _tokens)
        {
            _tokens = tokens;
            StateHasChanged();
        }
    }

    /// <summary>Messages that were shown go as soon as they no longer hold; new ones wait for Generate.</summary>
    private Task ChangedAsync()
    {
        _full = null;
        if (!_messages.IsEmpty)
        {
            _messages = _form.Validate(Model, Limits);
        }

        _remember?.Change(s_rememberAfter, Timeout.InfiniteTimeSpan);
        return _form.Model == _covered ? Task.CompletedTask : CoverAsync();
    }

    /// <summary>Create begins with these settings for this model from now on; its page says the same and can change them.</summary>
    private async Task KeepSettingsAsync()
    {
        _messages = _form.Validate(Model, Limits);
        string[] kept = [nameof(_form.Steps), nameof(_form.GuidanceScale), nameof(_form.Sampler), nameof(_form.Schedule), nameof(_form.Width), nameof(_form.Height), nameof(_form.NegativePrompt)];
        if (Model is not { } model || Array.Exists(kept, field => _messages[field] is not null))
        {
            return;
        }

        RecipeSuggestion? before = model.Profile.Settings;
        await Profiles.SetSettingsAsync(model, _form.ToSettings());
        Notices.ShowUndo($"{model.Title} begins with these settings", () => Profiles.SetSettingsAsync(model, before));
    }

    private async Task RememberAsync()
    {
        if (_isInBrowser)
        {
            await _script.InvokeAsync("remember", RecipeQuery.Format(_form));
        }
    }

    private async Task GenerateAsync()
    {
        _messages = _form.Validate(Model, Limits);
        if (!_messages.IsEmpty)
        {
            return;
        }

        string[] styles = [.. _form.Styles];
        IReadOnlyList<ImageRecipe>? recipes = Expansion.Expand(_form.ToWritten(Seeds.Draw()), _form.Pictures, styles);
        if (recipes is null || recipes.Select(Limits.Problem).FirstOrDefault(problem => problem is not null) is not null)
        {
            _messages.Add(nameof(RecipeFormModel.Prompt), string.Create(CultureInfo.InvariantCulture, $"With its styles and wildcards the prompt is longer than {Limits.MaxPromptLength} characters."));
            return;
        }

        _ = StyleFaces.FollowAsync(await MakeAsync(recipes, _parent), styles);
        if (Expansion.UnknownWildcards($"{_form.Prompt}\n{_form.NegativePrompt}") is { Count: > 0 } unknown)
        {
            Notices.Show($"There is no wildcard {string.Join(" and no ", unknown)}; that stayed as it is written");
        }
    }

    private Task<IReadOnlyList<GenerationJob>> MakeAsync(ImageRecipe recipe, int pictures, long? parent) =>
        MakeAsync([.. Enumerable.Range(0, pictures).Select(recipe.InBatch)], parent);

    private async Task<IReadOnlyList<GenerationJob>> MakeAsync(IReadOnlyList<ImageRecipe> recipes, long? parent)
    {
        IReadOnlyList<GenerationJob> jobs = await Queue.EnqueueAsync(recipes, Browser.Id, parent);
        _full = jobs.Count == 0 ? "The queue is full. Wait until a picture is done." : null;
        if (jobs.Count > 0)
        {
            _canvas.ShowLive(jobs[0]);
            await FollowAsync();
        }

        return jobs;
    }

    /// <summary>Words of one's own that an example took the place of can be had back.</summary>
    private async Task TryExampleAsync(string words)
    {
        string before = _form.Prompt;
        await WriteAsync(words);
        await GenerateAsync();
        if (before.Trim().Length > 0 && before != RecipeDefaults.For(Model).Prompt && Model?.Introduction?.Examples.Contains(before) is not true)
        {
            Notices.ShowUndo("Your words were replaced", async () =>
            {
                await WriteAsync(before);
                StateHasChanged();
            });
        }
    }

    private async Task AddExampleAsync(string words)
    {
        _form.AddWords(words);
        await WriteAsync(_form.Prompt);
        await _script.InvokeAsync("focusPrompt");
    }

    private void Skip()
    {
        if (Queue.Running is { } running && running.Owner == Browser.Id)
        {
            Queue.Cancel(running.Id, Browser.Id);
        }
    }

    private void Stop() => Queue.CancelAll(Browser.Id);

    private Task ReRollAsync() => Shown is { } image ? MakeAsync(image.Recipe with { Seed = Seeds.DrawOther(image.Recipe.Seed) }, 1, image.Id) : Task.CompletedTask;

    private Task AgainAsync() => Shown is { } image ? MakeAsync(image.Recipe, 1, image.Id) : Task.CompletedTask;

    private async Task RemixAsync(ImageRecipe recipe)
    {
        _parent = Shown?.Recipe == recipe ? Shown.Id : null;
        _form.Take(await NamedNowAsync(recipe), keepSeed: true);
        _messages = new FieldMessages();
        await ChangedAsync();
        await CountAsync();
        StateHasChanged();
        if (_isInBrowser)
        {
            await _script.InvokeAsync("focusPrompt");
        }
    }

    /// <summary>With the names its models have now: as they are remembered, else by the hashes in the picture's own file.</summary>
    private async Task<ImageRecipe> NamedNowAsync(ImageRecipe recipe) =>
        Catalog.Recognise(recipe, _parent is { } id && !Catalog.Knows(recipe) ? await Gallery.HashesAsync(id) : null);

    private async Task ToggleFavouriteAsync()
    {
        if (Shown is { } image)
        {
            await Gallery.SetFavouriteAsync(image.Id, !image.IsFavourite);
            _canvas.Show(image with { IsFavourite = !image.IsFavourite });
            StateHasChanged();
        }
    }

    private void Share()
    {
        _sharing = Shown is not null;
        StateHasChanged();
    }

    private void Download()
    {
        if (Shown is { } image)
        {
            Navigation.NavigateTo(GalleryAddress.Download(image), forceLoad: true);
        }
    }

    private async Task ShowFullScreenAsync() => await _script.InvokeAsync("fullScreen");

    private void Show(GalleryImage image)
    {
        _canvas.Show(image);
        _lastSeed = image.Recipe.Seed;
    }

    private void ShowRunning()
    {
        if (Queue.Running is { } running)
        {
            _canvas.ShowLive(running);
        }
    }

    private void OpenSheet(string? part) => (_sheetOpen, _sheetPart) = (true, part);

    private async Task SheetChangedAsync(bool open)
    {
        // The sheet puts back the address it was opened at; the recipe may have changed since.
        _sheetOpen = open;
        if (!open)
        {
            await RememberAsync();
        }
    }
}
