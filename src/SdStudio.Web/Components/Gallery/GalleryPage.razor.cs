using Microsoft.AspNetCore.Components;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Models;
using SdStudio.Web.Security;

namespace SdStudio.Web.Components.Gallery;

/// <summary>All pictures made at home, newest first. The search is the address, so that it can be kept and sent.</summary>
public sealed partial class GalleryPage : ComponentBase, IDisposable
{
    private static readonly int[] s_ghosts = [64, 96, 44];

    private readonly PictureSelection _selection = new();
    private readonly CancellationTokenSource _gone = new();
    private SearchText _search = SearchText.Nothing;
    private SearchText? _loaded;
    private GalleryFacets _facets = GalleryFacets.None;
    private IReadOnlyList<GalleryTile>? _tiles;
    private IReadOnlyList<GalleryTile> _newest = [];
    private IReadOnlyList<DateOnly> _months = [];
    private GalleryGrid? _grid;
    private GalleryImage? _shared;
    private bool _sharing;
    private int _arrived;
    private int _changes;
    private bool _reloading;

    /// <summary>What is searched for, as <see cref="SearchText"/> writes it.</summary>
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

    public void Dispose()
    {
        Gallery.Changed -= PictureChanged;
        _selection.Changed -= StateHasChanged;
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override void OnInitialized()
    {
        Gallery.Changed += PictureChanged;
        _selection.Changed += StateHasChanged;
    }

    protected override async Task OnParametersSetAsync()
    {
        _search = SearchText.Parse(Query);
        if (_search == _loaded)
        {
            return;
        }

        _loaded = _search;
        _selection.Clear();
        await LoadAsync(showNew: true);
        await CountAsync();
    }

    private async Task LoadAsync(bool showNew)
    {
        SearchText search = _search;
        IReadOnlyList<GalleryTile> tiles = await Gallery.TilesAsync(search.ToQuery(Browser.Id, Models.Models), _gone.Token);
        if (search != _search)
        {
            return;
        }

        _newest = tiles;
        if (showNew || _tiles is not { Count: > 0 } shown)
        {
            Show(tiles);
            return;
        }

        // What came since waits behind the pill, so that nothing moves under the eye; what went is taken out.
        long newestShown = shown[0].Id;
        _arrived = tiles.TakeWhile(tile => tile.Id > newestShown).Count();
        IReadOnlyList<GalleryTile> kept = _arrived == 0 ? tiles : [.. tiles.Skip(_arrived)];
        if (!kept.SequenceEqual(shown))
        {
            Show(kept);
        }
    }

    private void Show(IReadOnlyList<GalleryTile> tiles)
    {
        _tiles = tiles;
        _arrived = _newest.Count - tiles.Count;
        _months = [.. tiles.Select(tile => JustifiedRows.MonthOf(tile, Clock.LocalTimeZone)).Distinct()];
        if (_selection.Count > 0)
        {
            _selection.Keep(tiles.Select(tile => tile.Id).ToHashSet());
        }
    }

    private async Task CountAsync() => _facets = await GalleryFacets.CountAsync(Gallery, Models.Models, _search, Browser.Id, _gone.Token);

    private void PictureChanged(long id)
    {
        Interlocked.Increment(ref _changes);
        _ = InvokeAsync(() => ReloadAsync(id));
    }

    // Many changes at once (a selection deleted, a queue finishing) are one reload.
    private async Task ReloadAsync(long id)
    {
        if (_gone.IsCancellationRequested)
        {
            return;
        }

        if (_grid is { } grid)
        {
            await grid.RefreshAsync(id);
        }

        if (_reloading)
        {
            return;
        }

        _reloading = true;
        try
        {
            int seen;
            do
            {
                seen = Volatile.Read(ref _changes);
                await LoadAsync(showNew: _grid is null || _grid.IsAtTop);
                await CountAsync();
                StateHasChanged();
                await Task.Delay(TimeSpan.FromMilliseconds(400), Clock, _gone.Token);
            }
            while (seen != Volatile.Read(ref _changes));
        }
        catch (OperationCanceledException)
        {
            // The page was left meanwhile.
        }
        finally
        {
            _reloading = false;
        }
    }

    private async Task ShowNewAsync()
    {
        Show(_newest);
        if (_grid is { } grid)
        {
            await grid.ShowNewestAsync();
        }
    }

    private async Task GoToMonthAsync(DateOnly month)
    {
        if (_grid is { } grid)
        {
            await grid.ShowMonthAsync(month);
        }
    }

    private async Task ViewMoved()
    {
        // Back at the top, what waited behind the pill may come in.
        if (_arrived > 0 && _grid is { IsAtTop: true })
        {
            await ShowNewAsync();
        }
    }

    private void GoTo(SearchText search) => Navigation.NavigateTo(GalleryAddress.Gallery(search), replace: search.Terms.SequenceEqual(_search.Terms));

    private string AddressOf(long id) => GalleryAddress.Picture(id, _search);

    private string TermValue(SearchTerm term) => term.Field switch
    {
        "model" => Models.Find(ModelKind.Checkpoint, term.Value)?.Title ?? term.Value,
        "lora" => Models.Find(ModelKind.Lora, term.Value)?.Title ?? term.Value,
        _ => term.Value,
    };

    private async Task ToggleFavouriteAsync()
    {
        IReadOnlyList<long> ids = _selection.Ids;
        IReadOnlyList<GalleryImage> images = await Gallery.FindAsync(ids, _gone.Token);
        await Actions.SetFavouriteAsync(ids, images.Any(image => !image.IsFavourite));
    }

    private async Task DeleteAsync()
    {
        IReadOnlyList<long> ids = _selection.Ids;
        _selection.Clear();
        await Actions.TrashAsync(ids);
    }

    private async Task ShareAsync()
    {
        _shared = await Gallery.FindAsync(_selection.Ids[0], _gone.Token);
        _sharing = _shared is not null;
    }
}
