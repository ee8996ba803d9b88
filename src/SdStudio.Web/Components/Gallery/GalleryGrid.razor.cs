using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using SdStudio.Storage.Gallery;

namespace SdStudio.Web.Components.Gallery;

/// <summary>
/// Pictures in justified rows, of which only those near the window are in the page. One tab stop; arrow keys move inside.
/// Built on exact places instead of the framework's <c>Virtualize</c>, whose rows must all be of one height.
/// </summary>
public sealed partial class GalleryGrid : ComponentBase, IAsyncDisposable
{
    // Rendered beyond the window on each side, in window heights: about what a flick passes before the server has answered.
    private const double Overscan = 1.5;

    private PictureCaptions _captions = default!;
    private ElementReference _grid;
    private IJSObjectReference? _module;
    private IJSObjectReference? _watch;
    private DotNetObjectReference<GalleryGrid>? _self;
    private JustifiedRows _rows = JustifiedRows.Empty;
    private GridView _view = new(0, 0, 0);
    private Range _window = 0..0;
    private IReadOnlyList<GalleryTile> _tiles = [];
    private string? _shownSearch;
    private long? _current;
    private long _newestAtStart = long.MaxValue;

    /// <summary>All pictures, newest first. A new list means a new layout, around what is being looked at.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<GalleryTile> Tiles { get; set; }

    [Parameter, EditorRequired]
    public required PictureSelection Selection { get; set; }

    /// <summary>For screen readers: "Pictures", "Pictures in the trash".</summary>
    [Parameter]
    public string Label { get; set; } = "Pictures";

    /// <summary>The search these are the results of: another one starts at the top.</summary>
    [Parameter]
    public string SearchKey { get; set; } = "";

    /// <summary>Where a picture's page is.</summary>
    [Parameter]
    public Func<long, string> Address { get; set; } = GalleryAddress.Picture;

    /// <summary>Off where everything shown is a favourite.</summary>
    [Parameter]
    public bool ShowsHearts { get; set; } = true;

    /// <summary>Hears which part is in view, after each scroll that matters.</summary>
    [Parameter]
    public EventCallback ViewMoved { get; set; }

    [Inject]
    private GalleryStore Gallery { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    [Inject]
    private IJSRuntime JS { get; set; } = default!;

    /// <summary>Whether the newest pictures are in view.</summary>
    public bool IsAtTop => _view.Top <= 80;

    /// <summary>The month at the upper edge of the window.</summary>
    public DateOnly? MonthInView
    {
        get
        {
            // A little below the edge, so that a month counts when its first row does.
            for (int i = _rows.Rows.Count == 0 ? -1 : _rows.RowAt(_view.Top + 40); i >= 0; i--)
            {
                if (_rows.Rows[i].Month is { } month)
                {
                    return month;
                }
            }

            return null;
        }
    }

    private long? TabStop
    {
        get
        {
            (int first, int end) = TilesInWindow();
            if (_current is { } current)
            {
                for (int i = first; i < end; i++)
                {
                    if (_tiles[i].Id == current)
                    {
                        return current;
                    }
                }
            }

            return end > first ? _tiles[Math.Max(first, Math.Min(end - 1, FirstInView()))].Id : null;
        }
    }

    /// <summary>Shows a month's first row.</summary>
    public async Task ShowMonthAsync(DateOnly month)
    {
        foreach (JustifiedRow row in _rows.Rows)
        {
            if (row.Month == month)
            {
                await MoveToAsync(row.Top);
                return;
            }
        }
    }

    /// <summary>Goes to the newest picture.</summary>
    public async Task ShowNewestAsync()
    {
        if (_watch is not null)
        {
            await _watch.InvokeVoidAsync("toTop");
        }
    }

    /// <summary>A picture was changed: its caption is asked for again.</summary>
    public async Task RefreshAsync(long id)
    {
        if (_captions.Forget(id))
        {
            await LoadCaptionsAsync();
            StateHasChanged();
        }
    }

    /// <summary>The browser tells what it shows now.</summary>
    [JSInvokable]
    public async Task ViewChanged(double top, double height, double width)
    {
        if (width != _view.Width)
        {
            GridAnchor? anchor = await AnchorAsync();
            _view = new GridView(top, height, width);
            LayOut();
            await RenderAroundAsync(anchor);
        }
        else
        {
            _view = new GridView(top, height, width);
            MoveWindow();
        }

        await ViewMoved.InvokeAsync();
        await LoadCaptionsAsync();
        StateHasChanged();
    }

    /// <summary>Selects one picture, or all from the last one to this.</summary>
    [JSInvokable]
    public void Select(long id, bool range)
    {
        _current = id;
        if (range)
        {
            Selection.ExtendTo([.. _tiles.Select(tile => tile.Id)], id);
        }
        else
        {
            Selection.Toggle(id);
        }
    }

    [JSInvokable]
    public void ClearSelection() => Selection.Clear();

    /// <summary>A key that moves or selects was pressed on a picture.</summary>
    [JSInvokable]
    public async Task KeyPressed(long id, string key)
    {
        int index = IndexOf(id);
        if (index < 0)
        {
            return;
        }

        if (key == " ")
        {
            Select(id, range: false);
            return;
        }

        int rowsInView = Math.Max(1, (int)(_view.Height / (_rows.Measures.RowHeight + _rows.Measures.Gap)) - 1);
        int target = key switch
        {
            "ArrowLeft" => index - 1,
            "ArrowRight" => index + 1,
            "ArrowUp" => _rows.Neighbour(index, -1),
            "ArrowDown" => _rows.Neighbour(index, 1),
            "PageUp" => _rows.Neighbour(index, -rowsInView),
            "PageDown" => _rows.Neighbour(index, rowsInView),
            "Home" => 0,
            "End" => _tiles.Count - 1,
            _ => index,
        };
        await FocusAsync(Math.Clamp(target, 0, _tiles.Count - 1));
    }

    public async ValueTask DisposeAsync()
    {
        Selection.Changed -= SelectionChanged;
        _self?.Dispose();
        try
        {
            if (_watch is not null)
            {
                await _watch.InvokeVoidAsync("stop");
                await _watch.DisposeAsync();
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

    protected override void OnInitialized()
    {
        _captions = new PictureCaptions(Gallery);
        Selection.Changed += SelectionChanged;
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_watch is null || ReferenceEquals(_tiles, Tiles))
        {
            return;
        }

        bool sameSearch = _shownSearch == SearchKey;
        GridAnchor? anchor = sameSearch ? await AnchorAsync() : null;
        if (!sameSearch)
        {
            _current = null;
            await _watch.InvokeVoidAsync("startOver");
            _view = _view with { Top = 0 };
        }

        LayOut();
        _newestAtStart = sameSearch ? _newestAtStart : Newest();
        await RenderAroundAsync(anchor);
        await LoadCaptionsAsync();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
        {
            return;
        }

        _self = DotNetObjectReference.Create(this);
        _module = await JS.InvokeAsync<IJSObjectReference>("import", "./Components/Gallery/GalleryGrid.razor.js");
        IJSObjectReference watch = await _module.InvokeAsync<IJSObjectReference>("watch", _grid, _self);
        _view = await watch.InvokeAsync<GridView>("measure") ?? _view;
        GridAnchor? remembered = await watch.InvokeAsync<GridAnchor?>("remembered");
        _watch = watch;
        LayOut();
        _newestAtStart = Newest();
        await TellSelectingAsync();
        await RenderAroundAsync(remembered);
        await ViewMoved.InvokeAsync();
        await LoadCaptionsAsync();
        StateHasChanged();
    }

    private static string Px(double value) => FormattableString.Invariant($"{Math.Round(value, 2)}px");

    private void LayOut()
    {
        (_tiles, _shownSearch) = (Tiles, SearchKey);
        _rows = _view.Width > 0 ? JustifiedRows.Layout(_tiles, JustifiedMeasures.For(_view.Width), Clock.LocalTimeZone) : JustifiedRows.Empty;
        MoveWindow();
    }

    private void MoveWindow()
    {
        double margin = Math.Max(400, _view.Height * Overscan);
        _window = _rows.RowsBetween(_view.Top - margin, _view.Top + _view.Height + margin);
    }

    // The grid's height must have changed in the browser before it can be scrolled there.
    private async Task RenderAroundAsync(GridAnchor? anchor)
    {
        int index = anchor is null ? -1 : IndexOf(anchor.Id);
        double top = index < 0 ? 0 : _rows.Rows[_rows.RowOf(index)].Top + anchor!.Past;
        if (index >= 0)
        {
            _view = _view with { Top = top };
            MoveWindow();
        }

        StateHasChanged();
        if (index >= 0 && _watch is not null)
        {
            await _watch.InvokeVoidAsync("scrollTo", top);
        }
    }

    private async Task MoveToAsync(double top)
    {
        _view = _view with { Top = top };
        MoveWindow();
        StateHasChanged();
        if (_watch is not null)
        {
            await _watch.InvokeVoidAsync("scrollTo", top);
        }

        await ViewMoved.InvokeAsync();
        await LoadCaptionsAsync();
        StateHasChanged();
    }

    private async Task FocusAsync(int index)
    {
        JustifiedRow row = _rows.Rows[_rows.RowOf(index)];
        _current = _tiles[index].Id;

        // The picture must be in the page to take the focus: first the rows around it, then the focus itself.
        if (row.Top < _view.Top || row.Top + row.Height > _view.Top + _view.Height)
        {
            double top = row.Top < _view.Top ? row.Top - _rows.Measures.HeadingHeight : row.Top + row.Height - _view.Height;
            _view = _view with { Top = Math.Max(0, top) };
            MoveWindow();
        }

        StateHasChanged();
        if (_watch is not null)
        {
            await _watch.InvokeVoidAsync("focus", _current, row.Top, row.Height, _rows.Measures.HeadingHeight);
        }

        await LoadCaptionsAsync();
        StateHasChanged();
    }

    private async Task<GridAnchor?> AnchorAsync() => _watch is null ? null : await _watch.InvokeAsync<GridAnchor?>("anchor");

    private async Task TellSelectingAsync()
    {
        if (_watch is not null)
        {
            await _watch.InvokeVoidAsync("setSelecting", Selection.Count > 0);
        }
    }

    private void SelectionChanged() => _ = InvokeAsync(async () =>
    {
        await TellSelectingAsync();
        StateHasChanged();
    });

    private Task LoadCaptionsAsync()
    {
        (int first, int end) = TilesInWindow();
        return _captions.LoadAsync(Enumerable.Range(first, end - first).Select(i => _tiles[i].Id));
    }

    private (int First, int End) TilesInWindow()
    {
        int first = int.MaxValue, end = 0;
        for (int i = _window.Start.Value; i < _window.End.Value; i++)
        {
            if (_rows.Rows[i] is { Month: null } row)
            {
                (first, end) = (Math.Min(first, row.First), row.First + row.Count);
            }
        }

        return first < end ? (first, end) : (0, 0);
    }

    private int FirstInView() => _rows.Rows.Count == 0 ? 0 : _rows.Rows[_rows.RowAt(Math.Max(0, _view.Top))].First;

    // Ids fall from first to last, so a picture is found by halving.
    private int IndexOf(long id)
    {
        int low = 0, high = _tiles.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            long at = _tiles[middle].Id;
            if (at == id)
            {
                return middle;
            }

            (low, high) = at > id ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }

    private long Newest() => _tiles.Count == 0 ? long.MaxValue : _tiles[0].Id;
}
