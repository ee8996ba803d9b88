using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Models;
using SdStudio.Web.Components.Parts;
using SdStudio.Web.Generation;
using SdStudio.Web.Security;

namespace SdStudio.Web.Components.Gallery;

/// <summary>One picture as large as the window allows, how it was made, and what can come next.</summary>
public sealed partial class PicturePage : ComponentBase, IAsyncDisposable
{
    private readonly List<IDisposable> _keys = [];
    private GalleryImage? _image;
    private GalleryImage? _parent;
    private IReadOnlyList<GalleryImage> _children = [];
    private SearchText _search = SearchText.Nothing;
    private long? _newer;
    private long? _older;
    private int _place;
    private int _count;
    private bool _looked;
    private bool _busy;
    private bool _sharing;
    private bool _downloading;
    private bool _isLost;
    private string? _lostPath;
    private bool _verifying;
    private bool _gone;
    private long _preloadedFor;
    private IJSObjectReference? _module;

    [Parameter]
    public long Id { get; set; }

    /// <summary>The search the picture was opened from: its neighbours are that search's.</summary>
    [SupplyParameterFromQuery(Name = "q")]
    private string? Query { get; set; }

    [Inject]
    private GalleryStore Gallery { get; set; } = default!;

    [Inject]
    private ModelCatalog Models { get; set; } = default!;

    [Inject]
    private PictureActions Actions { get; set; } = default!;

    [Inject]
    private BrowserIdentity Browser { get; set; } = default!;

    [Inject]
    private OwnerIdentity Owner { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    [Inject]
    private KeyboardShortcuts Keyboard { get; set; } = default!;

    [Inject]
    private IJSRuntime JS { get; set; } = default!;

    private bool IsTrashed => _image?.TrashedAt is not null;

    /// <summary>A picture of another program whose model is not here. Of those made here the model may only be away for a moment, and trying says more.</summary>
    private bool LacksModel => _image is { Program: not null } image && Models.Find(ModelKind.Checkpoint, image.Recipe.Checkpoint) is null;

    private string BackAddress => IsTrashed ? "/trash" : GalleryAddress.Gallery(_search);

    private string RemixAddress => FormattableString.Invariant($"/?from={Id}");

    public async ValueTask DisposeAsync()
    {
        _gone = true;
        Gallery.Changed -= PictureChanged;
        _keys.ForEach(key => key.Dispose());
        try
        {
            if (_module is not null)
            {
                await _module.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The browser is gone, and its listeners with it.
        }
    }

    protected override void OnInitialized()
    {
        Gallery.Changed += PictureChanged;
        OnKey("ArrowLeft", "Newer picture", () => GoTo(_newer));
        OnKey("ArrowRight", "Older picture", () => GoTo(_older));
        OnKey("Escape", "Back to the gallery", () => Go(BackAddress));
        OnKey("Space", "Play the steps", () => PressAsync("[data-play]"));
        OnKey("r", "Re-roll", () => Acting(ReRollAsync));
        OnKey("a", "Again", () => Acting(AgainAsync));
        OnKey("x", "Remix", () => Acting(() => Go(RemixAddress)));
        OnKey("f", "Favourite", () => Acting(ToggleFavouriteAsync));
        OnKey("h", "Share", () => Acting(ShareAsync));
        OnKey("v", "Verify", () => Acting(VerifyAsync));
        OnKey("d", "Download", () => PressAsync("[data-download]"));
        OnKey("Delete", "Delete", () => Acting(DeleteAsync));
    }

    protected override async Task OnParametersSetAsync()
    {
        _search = SearchText.Parse(Query);
        if (_image?.Id != Id)
        {
            await LoadAsync();
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _module = await JS.InvokeAsync<IJSObjectReference>("import", "./Components/Gallery/PicturePage.razor.js");
        }

        if (_module is not null && _image is not null && _preloadedFor != Id)
        {
            _preloadedFor = Id;
            IReadOnlyList<GalleryImage> neighbours = await Gallery.FindAsync([.. new[] { _older, _newer }.OfType<long>()]);
            await _module.InvokeVoidAsync("preload", neighbours.Select(GalleryAddress.File));
        }
    }

    private async Task LoadAsync()
    {
        long id = Id;
        GalleryImage? image = await Gallery.FindAsync(id);
        (long? newer, long? older, int place, int count) =
            image is null ? (null, null, 0, 0) : await Gallery.NeighboursAsync(id, _search.ToQuery(Browser.Id, Models.Models, trash: image.TrashedAt is not null));
        (GalleryImage? parent, IReadOnlyList<GalleryImage> children) = image is null ? (null, []) : await Gallery.FamilyAsync(id);
        if (id != Id)
        {
            return;
        }

        _isLost = image is { IsElsewhere: true } && await Gallery.PictureFileAsync(id) is null;
        _lostPath = _isLost ? await Gallery.SourcePathAsync(id) : null;
        (_image, _newer, _older, _place, _count, _parent, _children, _looked) = (image, newer, older, place, count, parent, children, true);
    }

    private void PictureChanged(long id) => _ = InvokeAsync(async () =>
    {
        if (!_gone)
        {
            await LoadAsync();
            StateHasChanged();
        }
    });

    private Task ReRollAsync() => MakeAsync(Actions.ReRollAsync);

    private Task AgainAsync() => MakeAsync(Actions.AgainAsync);

    // Create shows the job from its first noise on.
    private async Task MakeAsync(Func<GalleryImage, Task<GenerationJob?>> make)
    {
        if (_busy || LacksModel || _image is not { HasRecipe: true })
        {
            return;
        }

        _busy = true;
        try
        {
            if (await make(_image) is not null)
            {
                Navigation.NavigateTo("/");
            }
        }
        finally
        {
            _busy = false;
        }
    }

    private async Task ToggleFavouriteAsync()
    {
        await Actions.SetFavouriteAsync([Id], !_image!.IsFavourite);
        await LoadAsync();
    }

    private Task ShareAsync()
    {
        _sharing = true;
        return Task.CompletedTask;
    }

    private Task VerifyAsync()
    {
        _verifying = _image is { HasRecipe: true };
        return Task.CompletedTask;
    }

    // Goes on to the next picture, as one does when sorting; Undo comes back to this one.
    private async Task DeleteAsync()
    {
        // Asked before, as the trash has neighbours of its own.
        string here = AddressOf(Id), next = (_older ?? _newer) is { } neighbour ? AddressOf(neighbour) : GalleryAddress.Gallery(_search);
        await Actions.TrashAsync([Id], () =>
        {
            Navigation.NavigateTo(here);
            return Task.CompletedTask;
        });
        Navigation.NavigateTo(next, replace: true);
    }

    private async Task RestoreAsync()
    {
        await Gallery.RestoreAsync([Id]);
        await LoadAsync();
    }

    private void OnKey(string keys, string words, Func<Task> press) => _keys.Add(Keyboard.Register(keys, words, async () =>
    {
        await press();
        StateHasChanged();
    }));

    // What is done with a picture is not done with one in the trash.
    private Task Acting(Func<Task> act) => _image is null || IsTrashed ? Task.CompletedTask : act();

    private Task GoTo(long? neighbour) => neighbour is { } id ? Go(AddressOf(id)) : Task.CompletedTask;

    private Task Go(string address)
    {
        Navigation.NavigateTo(address);
        return Task.CompletedTask;
    }

    private async Task PressAsync(string selector)
    {
        if (_module is not null)
        {
            await _module.InvokeVoidAsync("press", selector);
        }
    }

    private string AddressOf(long id) => GalleryAddress.Picture(id, _search);

    private string TitleOf(ModelKind kind, string name) => Models.Find(kind, name)?.Title ?? name;
}
