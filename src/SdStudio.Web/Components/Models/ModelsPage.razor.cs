using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using SdStudio.Storage.Models;
using SdStudio.Web.Components.Parts;
using SdStudio.Web.Configuration;
using SdStudio.Web.Generation;

namespace SdStudio.Web.Components.Models;

/// <summary>What lies in the model folders, and where more can be put.</summary>
public sealed partial class ModelsPage : ComponentBase, IDisposable
{
    private ModelKind _kind = ModelKind.Checkpoint;
    private bool _scanning;
    private IDisposable? _queue;

    [Inject]
    private ModelCatalog Catalog { get; set; } = default!;

    [Inject]
    private PipelineHost Pipeline { get; set; } = default!;

    [Inject]
    private GenerationQueue Queue { get; set; } = default!;

    [Inject]
    private NoticeService Notices { get; set; } = default!;

    [Inject]
    private IOptions<ModelsOptions> Options { get; set; } = default!;

    private IReadOnlyList<SegOption<ModelKind>> Kinds =>
    [
        new(ModelKind.Checkpoint, $"Models {CountOf(ModelKind.Checkpoint)}"),
        new(ModelKind.Lora, $"LoRAs {CountOf(ModelKind.Lora)}"),
    ];

    /// <summary>What works first; the broken ones stay visible behind.</summary>
    private IEnumerable<ModelFile> Shown => Catalog.Models.Where(model => model.Kind == _kind).OrderBy(model => model.Problem is not null);

    private string Folder => $"{Options.Value.Roots[0].TrimEnd('/', '\\')}/{(_kind == ModelKind.Lora ? "loras" : "checkpoints")}";

    public void Dispose()
    {
        Catalog.Changed -= OnChanged;
        _queue?.Dispose();
    }

    protected override void OnInitialized()
    {
        Catalog.Changed += OnChanged;
        // Which model is loaded changes with the jobs.
        _queue = Queue.Subscribe(OnChanged);
    }

    private async Task ScanAsync()
    {
        _scanning = true;
        try
        {
            HashSet<string> known = [.. Catalog.Models.Select(model => model.Path)];
            await Catalog.ScanAsync();
            string[] fresh = [.. Catalog.Models.Where(model => !known.Remove(model.Path)).Select(model => model.Title)];
            Notices.Show(Words(fresh, known.Count));
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
            (null, null) => "Nothing new in the folder",
            ({ }, { }) => $"{came}, {left}",
            _ => came ?? left!,
        };
    }

    private int CountOf(ModelKind kind) => Catalog.Models.Count(model => model.Kind == kind);

    private void OnChanged() => _ = InvokeAsync(StateHasChanged);
}
