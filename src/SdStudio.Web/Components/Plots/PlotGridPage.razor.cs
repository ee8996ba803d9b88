using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Models;
using SdStudio.Storage.Plots;
using SdStudio.Web.Components.Gallery;
using SdStudio.Web.Components.Generate;
using SdStudio.Web.Components.Parts;
using SdStudio.Web.Generation;
using SdStudio.Web.Plots;
using SdStudio.Web.Security;

namespace SdStudio.Web.Components.Plots;

/// <summary>A plot to walk about in, also while it is being made: labels stay at the edges, arrows go from picture to picture.</summary>
public sealed partial class PlotGridPage : ComponentBase, IAsyncDisposable
{
    private static readonly IReadOnlyList<SegOption<int>> s_sizes = [new(96, "S"), new(160, "M"), new(288, "L")];

    private ElementReference _root;
    private ScriptModule _script = null!;
    private IDisposable? _subscription;
    private IDisposable? _queueSubscription;
    private IDisposable? _jobSubscription;
    private Plot? _plot;
    private PlotLabels? _labels;
    private IReadOnlyDictionary<int, PlotPicture> _pictures = new Dictionary<int, PlotPicture>();
    private GenerationJob? _running;
    private int _size = 160;
    private int _z;
    private int _widest = 1;
    private int _highest = 1;
    private long _attachedTo;
    private bool _looked;
    private bool _gone;

    [Parameter]
    public long Id { get; set; }

    [Inject]
    private PlotStore Plots { get; set; } = null!;

    [Inject]
    private PlotGridFiles Grids { get; set; } = null!;

    [Inject]
    private PlotRunner Runner { get; set; } = null!;

    [Inject]
    private GenerationQueue Queue { get; set; } = null!;

    [Inject]
    private GalleryStore Gallery { get; set; } = null!;

    [Inject]
    private ModelCatalog Catalog { get; set; } = null!;

    [Inject]
    private BrowserIdentity Browser { get; set; } = null!;

    [Inject]
    private NoticeService Notices { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    private bool IsMine => _plot?.Owner == Browser.Id;

    private bool HasRows => _plot!.Definition.Axes.Length > 1;

    private int Missing => _plot!.Definition.Cells - _pictures.Count;

    private PlotProgress? Progress => Runner.Unfinished.FirstOrDefault(progress => progress.Plot.Id == Id);

    private string State => _plot!.State == PlotState.Running && Progress is { } progress ? PlotWords.Progress(progress) : PlotWords.State(_plot, _pictures.Count);

    private string GridName => $"{PictureWords.Title(_plot!.Definition.Recipe.Prompt)}{(_labels!.TitleOf(_z) is { } title ? $", {title}" : null)}";

    /// <summary>Why cells stay empty: the first reason, and how many have one.</summary>
    private string? Failed => _plot!.Failures.Where(failure => !_pictures.ContainsKey(failure.Key)).ToList() switch
    {
        [] => null,
        [var only] => $"One cell has no picture: {only.Value}",
        [var first, ..] all => $"{Count.Of(all.Count, "cell")} have no picture. The first: {first.Value}",
    };

    public async ValueTask DisposeAsync()
    {
        _gone = true;
        Gallery.Changed -= OnGalleryChanged;
        _subscription?.Dispose();
        _queueSubscription?.Dispose();
        _jobSubscription?.Dispose();
        // While the page is rendered for the first answer there is no browser to call.
        if (_attachedTo != 0)
        {
            await _script.InvokeAsync("detach");
        }

        await _script.DisposeAsync();
    }

    protected override void OnInitialized()
    {
        _script = new ScriptModule(Js, "./Components/Plots/PlotGridPage.razor.js");
        _subscription = Runner.Subscribe(() => InvokeAsync(RefreshAsync));
        _queueSubscription = Queue.Subscribe(() => InvokeAsync(FollowQueue));
        Gallery.Changed += OnGalleryChanged;
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_plot?.Id != Id)
        {
            (_plot, _labels, _z, _looked) = (null, null, 0, false);
            await LoadAsync();
            FollowQueue();
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_plot is not null && _attachedTo != Id)
        {
            _attachedTo = Id;
            await _script.InvokeAsync("attach", _root);
        }
    }

    private async Task LoadAsync()
    {
        long id = Id;
        Plot? plot = await Plots.FindAsync(id);
        IReadOnlyDictionary<int, PlotPicture> pictures = plot is null ? _pictures : await Plots.PicturesAsync(id);
        if (id != Id)
        {
            return;
        }

        if (plot is not null && _labels is null)
        {
            _labels = new PlotLabels(plot.Definition, (kind, name) => Catalog.Find(kind, name)?.Title ?? name);
            // All sizes are known before the first picture is there, so that nothing jumps when it comes.
            Measure(plot.Definition);
        }

        (_plot, _pictures, _looked) = (plot, pictures, true);
    }

    private void Measure(PlotDefinition definition)
    {
        IReadOnlyList<(int Width, int Height)> sizes = [.. Enumerable.Range(0, definition.Cells).Select(definition.RecipeOf).Select(recipe => (recipe.Width, recipe.Height)).Distinct()];
        (_widest, _highest) = (sizes.Max(size => size.Width), sizes.Max(size => size.Height));
    }

    private async Task RefreshAsync()
    {
        if (!_gone)
        {
            await LoadAsync();
            StateHasChanged();
        }
    }

    private void OnGalleryChanged(long id)
    {
        // Pictures that come are the runner's to tell; those that go, or come back from the trash, are told here.
        if (_pictures.Values.Any(picture => picture.Id == id) || _plot?.State != PlotState.Running)
        {
            _ = InvokeAsync(RefreshAsync);
        }
    }

    private void FollowQueue()
    {
        GenerationJob? running = Queue.Running is { } job && job.Plot?.Plot == Id ? job : null;
        if (running == _running || _gone)
        {
            return;
        }

        _jobSubscription?.Dispose();
        _running = running;
        _jobSubscription = running?.Subscribe(() => InvokeAsync(StateHasChanged));
        StateHasChanged();
    }

    private async Task StopAsync() => await Runner.StopAsync(Id, Browser.Id);

    private async Task ContinueAsync() => await Runner.ContinueAsync(Id, Browser.Id);

    private async Task ForgetAsync()
    {
        await Plots.DeleteAsync(Id);
        Grids.Delete(Id);
        Notices.Show("The plot is forgotten. Its pictures stay in the gallery.");
        Navigation.NavigateTo("/plot");
    }

    private string CaptionOf(int x, int y) =>
        string.Join(" · ", new[] { _labels!.Columns[x], _labels.Rows[y], _labels.TitleOf(_z) ?? "" }.Where(words => words.Length > 0));

    private string WhyNone(int cell) =>
        _running?.Plot?.Index == cell ? "being made"
        : _plot!.Failures.TryGetValue(cell, out string? reason) ? reason
        : _plot.State == PlotState.Running ? "not made yet"
        : _plot.State == PlotState.Stopped ? "was not made"
        : "the picture was deleted";

    private int MadeIn(int z)
    {
        int each = _plot!.Definition.Size.X * _plot.Definition.Size.Y;
        return _pictures.Keys.Count(cell => cell / each == z);
    }

    private static string Percent(PlotProgress progress) => FormattableString.Invariant($"{100.0 * progress.Tried / progress.Plot.Definition.Cells:0.#}%");

    private static string Percent(GenerationJob job) => FormattableString.Invariant($"{job.Progress.Fraction * 100:0.#}%");

    private static string Small(PlotPicture picture) => GalleryAddress.Thumbnail(Tile(picture), 512);

    private static string Large(PlotPicture picture) => FormattableString.Invariant($"/pictures/{picture.Id}.png?v={picture.CreatedAt.ToUnixTimeMilliseconds():x}");

    private static GalleryTile Tile(PlotPicture picture) => new(picture.Id, picture.Width, picture.Height, picture.CreatedAt);
}
