using Microsoft.AspNetCore.Components;
using SdStudio.Diffusion.Pipelines;
using SdStudio.Storage.Models;
using SdStudio.Web.Components.Parts;
using SdStudio.Web.Generation;
using SdStudio.Web.Hosting;
using SdStudio.Web.Security;

namespace SdStudio.Web.Components.Layout;

/// <summary>Follows the running job: ready, loading a model, or making a picture.</summary>
public sealed partial class HealthTool : ComponentBase, IDisposable
{
    private HealthState _state;
    private string _text = "";
    private bool _isMineMade;
    private GenerationJob? _followed;
    private IDisposable? _queue;
    private IDisposable? _job;

    [Inject]
    private GenerationQueue Queue { get; set; } = default!;

    [Inject]
    private PipelineHost Pipeline { get; set; } = default!;

    [Inject]
    private MachineReport Machine { get; set; } = default!;

    [Inject]
    private ModelCatalog Catalog { get; set; } = default!;

    [Inject]
    private BrowserIdentity Browser { get; set; } = default!;

    private string Details
    {
        get
        {
            string model = Pipeline.Model is { } loaded ? $"{loaded.Title} loaded" : "No model loaded";
            return Machine.DeviceProblem ?? $"{model} · {ByteSize.Of(Machine.MemoryInUse, Machine.MemoryInAll)} used";
        }
    }

    public void Dispose()
    {
        _queue?.Dispose();
        _job?.Dispose();
    }

    protected override void OnInitialized()
    {
        _queue = Queue.Subscribe(() => InvokeAsync(Look));
        Read();
    }

    private void Look()
    {
        (HealthState, string, bool) before = (_state, _text, _isMineMade);
        Read();
        // A running job tells of every step; the words change far less often.
        if (before != (_state, _text, _isMineMade))
        {
            StateHasChanged();
        }
    }

    private void Read()
    {
        GenerationJob? running = Queue.Running;
        if (running != _followed)
        {
            _job?.Dispose();
            _followed = running;
            _job = running?.Subscribe(() => InvokeAsync(Look));
        }

        (_state, _text) = running is not null ? (HealthState.Busy, Words(running))
            : Machine.DeviceProblem is not null ? (HealthState.Unwell, "Not well")
            : (HealthState.Ready, "Ready");
        _isMineMade = Queue.Jobs.Any(job => job.Owner == Browser.Id);
    }

    private string Words(GenerationJob job) => job.Progress.Stage == GenerationStage.LoadingModel
        ? $"Loading {Catalog.Find(ModelKind.Checkpoint, job.Recipe.Checkpoint)?.Title ?? job.Recipe.Checkpoint}"
        : "Making a picture";
}
