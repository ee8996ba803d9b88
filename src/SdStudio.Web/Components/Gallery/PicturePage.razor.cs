using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Models;
using SdStudio.Web.Generation;
using SdStudio.Web.Security;

namespace SdStudio.Web.Components.Gallery;

/// <summary>One picture as large as the window allows, how it was made, and what can come next.</summary>
public sealed partial class PicturePage : ComponentBase, IAsyncDisposable
{
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
    private bool _gone;
    private long _preloadedFor;
    private IJSObjectReference? _module;
    private IJSObjectReference? _keys;
    private DotNetObjectReference<PicturePage>? _self;

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
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    [Inject]
    private IJSRuntime JS { get; set; } = default!;

    private bool IsTrashed => _image?.TrashedAt is not null;

    private string BackAddress => IsTrashed ? "/trash" : GalleryAddress.Gallery(_search);

    private string RemixAddress => FormattableString.Invariant($"/?from={Id}");

    /// <summary>A key of the page was pressed while nobody was typing.</summary>
    [JSInvokable]
    public async Task KeyPressed(string key)
    {
        if (_image is null || IsTrashed || _sharing)
        {
            return;
        }

        Task pressed = key switch
        {
            "r" => ReRollAsync(),
            "a" => AgainAsync(),
            "x" => RemixAsync(),
            "f" => ToggleFavouriteAsync(),
            "h" => ShareByKeyAsync(),
            "delete" => DeleteAsync(),
            _ => Task.CompletedTask,
        };
        await pressed;
        StateHasChanged();
    }

    public async ValueTask DisposeAsync()
    {
        _gone = true;
        Gallery.Changed -= PictureChanged;
        _self?.Dispose();
        try
        {
            if (_keys is not null)
            {
                await _keys.InvokeVoidAsync("stop");
                await _keys.DisposeAsync();
            }

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

    protected override void OnInitialized() => Gallery.Changed += PictureChanged;

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
            _self = DotNetObjectReference.Create(this);
            _module = await JS.InvokeAsync<IJSObjectReference>("import", "./Components/Gallery/PicturePage.razor.js");
            _keys = await _module.InvokeAsync<IJSObjectReference>("listen", _self);
        }

        if (_module is not null && _image is not null && _preloadedFor != Id)
        {
            _preloadedFor = Id;
            await _module.InvokeVoidAsync("preload", new[] { _older, _newer }.OfType<long>().Select(GalleryAddress.File).ToArray());
        }
    }

    private async Task LoadAsync()
    {
        long id = Id;
        GalleryImage? image = await Gallery.FindAsync(id);
        (long? newer, long? older, int place, int count) =
            image is null ? (null, null, 0, 0) : await Gallery.NeighboursAsync(id, _search.ToQuery(Browser.Id, trash: image.TrashedAt is not null));
        (GalleryImage? parent, IReadOnlyList<GalleryImage> children) = image is null ? (null, []) : await Gallery.FamilyAsync(id);
        if (id != Id)
        {
            return;
        }

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
        if (_busy || _image is null)
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

    private Task RemixAsync()
    {
        Navigation.NavigateTo(RemixAddress);
        return Task.CompletedTask;
    }

    private async Task ToggleFavouriteAsync()
    {
        await Actions.SetFavouriteAsync([Id], !_image!.IsFavourite);
        await LoadAsync();
    }

    private void Share() => _sharing = true;

    private Task ShareByKeyAsync()
    {
        Share();
        return Task.CompletedTask;
    }

    // Goes on to the next picture, as one does when sorting; Undo comes back to this one.
    private async Task DeleteAsync()
    {
        string here = AddressOf(Id);
        await Actions.TrashAsync([Id], () =>
        {
            Navigation.NavigateTo(here);
            return Task.CompletedTask;
        });
        Navigation.NavigateTo((_older ?? _newer) is { } next ? AddressOf(next) : GalleryAddress.Gallery(_search), replace: true);
    }

    private async Task RestoreAsync()
    {
        await Gallery.RestoreAsync([Id]);
        await LoadAsync();
    }

    private string AddressOf(long id) => GalleryAddress.Picture(id, _search);

    private string TitleOf(ModelKind kind, string name) => Models.Find(kind, name)?.Title ?? name;
}
