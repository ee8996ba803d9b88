using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Models;
using SdStudio.Web.Components.Parts;
using SdStudio.Web.Configuration;
using SdStudio.Web.Generation;
using SdStudio.Web.Security;

namespace SdStudio.Web.Components.Models;

/// <summary>What lies in the model folders: of every kind, to search and to choose from. What is shown is the address.</summary>
public sealed partial class ModelsPage : ComponentBase, IDisposable
{
    /// <summary>Each card has pictures to find.</summary>
    private const int PageSize = 60;

    private static readonly TimeSpan s_rest = TimeSpan.FromMilliseconds(400);

    private static readonly Dictionary<ModelOrder, string> s_orders = new()
    {
        [ModelOrder.Title] = "By name",
        [ModelOrder.MostUsed] = "Most used",
        [ModelOrder.LastUsed] = "Last used",
    };

    private ModelFilter _filter = new(ModelShelf.All[0]);
    private IReadOnlyList<ModelEntry>? _entries;
    private IReadOnlyList<ModelEntry> _shown = [];
    private int _most = PageSize;
    private bool _scanning;
    private bool _foldersOpen;
    private LibraryFollower _following = null!;

    [SupplyParameterFromQuery(Name = "kind")]
    private string? KindText { get; set; }

    [SupplyParameterFromQuery(Name = "q")]
    private string? WordsText { get; set; }

    [SupplyParameterFromQuery(Name = "family")]
    private string? FamilyText { get; set; }

    [SupplyParameterFromQuery(Name = "favourites")]
    private string? FavouritesText { get; set; }

    [SupplyParameterFromQuery(Name = "order")]
    private string? OrderText { get; set; }

    [Inject]
    private ModelCatalog Catalog { get; set; } = default!;

    [Inject]
    private ModelLibrary Library { get; set; } = default!;

    [Inject]
    private GalleryStore Gallery { get; set; } = default!;

    [Inject]
    private PipelineHost Pipeline { get; set; } = default!;

    [Inject]
    private GenerationQueue Queue { get; set; } = default!;

    [Inject]
    private OwnerIdentity Owner { get; set; } = default!;

    [Inject]
    private NoticeService Notices { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    [Inject]
    private IOptions<ModelsOptions> Options { get; set; } = default!;

    /// <summary>The last shelf only where something lies on it: few people have any.</summary>
    private IReadOnlyList<SegOption<ModelShelf>> Shelves =>
    [
        .. ModelShelf.All.Where(shelf => shelf != ModelShelf.All[^1] || CountOf(shelf) > 0 || shelf == _filter.Shelf)
            .Select(shelf => new SegOption<ModelShelf>(shelf, $"{shelf.Label} {Count.Text(CountOf(shelf))}")),
    ];

    private IEnumerable<string> Families => Catalog.Models.Where(_filter.Shelf.Holds).Select(model => model.Family).Append(_filter.Family)
        .OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    /// <summary>As the settings say it; where it lies is nobody's business but the owner's.</summary>
    private string Folder
    {
        get
        {
            string root = Options.Value.Roots[0].TrimEnd('/', '\\');
            return $"{(Owner.IsOwner ? root : Path.GetFileName(root))}/{_filter.Shelf.Folder}";
        }
    }

    public void Dispose() => _following.Dispose();

    protected override void OnInitialized() => _following = new LibraryFollower(Catalog, Gallery, Queue, Clock, InvokeAsync, ReloadAsync, StateHasChanged, s_rest);

    protected override async Task OnParametersSetAsync()
    {
        var filter = ModelFilter.Read(KindText, WordsText, FamilyText, FavouritesText == "true", OrderText);
        if (_entries is null)
        {
            _filter = filter;
            await LoadAsync();
        }
        else if (filter != _filter)
        {
            (_filter, _most) = (filter, PageSize);
            _shown = _filter.Apply(_entries);
        }
    }

    private async Task LoadAsync()
    {
        _entries = await Library.EntriesAsync(cancellationToken: _following.Left);
        _shown = _filter.Apply(_entries);
    }

    private async Task ReloadAsync()
    {
        await LoadAsync();
        StateHasChanged();
    }

    private async Task ScanAsync()
    {
        _scanning = true;
        try
        {
            HashSet<string> known = [.. Catalog.Models.Select(model => model.Path)];
            await Catalog.ScanAsync(_following.Left);
            string[] fresh = [.. Catalog.Models.Where(model => !known.Remove(model.Path)).Select(model => model.Title)];
            await LoadAsync();
            Notices.Show(Words(fresh, known.Count));
        }
        catch (OperationCanceledException)
        {
            // The page was left meanwhile; the next scan finds the same.
        }
        finally
        {
            _scanning = false;
        }
    }

    private static string Words(string[] fresh, int gone)
    {
        string? came = fresh switch
        {
            [] => null,
            [var only] => $"{only} is new",
            _ => $"{fresh.Length} files are new",
        };
        string? left = gone == 0 ? null : gone == 1 ? "1 file is gone" : $"{gone} files are gone";
        return (came, left) switch
        {
            (null, null) => "Nothing new in the folders",
            ({ }, { }) => $"{came}, {left}",
            _ => came ?? left!,
        };
    }

    private void SearchFor(ChangeEventArgs e) => GoTo(_filter with { Words = Text(e) ?? "" });

    private void GoTo(ModelFilter filter)
    {
        (_filter, _most) = (filter, PageSize);
        _shown = filter.Apply(_entries ?? []);
        Navigation.NavigateTo(filter.Address, replace: true);
    }

    private static string? Text(ChangeEventArgs e) => e.Value is string { Length: > 0 } text ? text : null;

    private int CountOf(ModelShelf shelf) => Catalog.Models.Count(shelf.Holds);
}
