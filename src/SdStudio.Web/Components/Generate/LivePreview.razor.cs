using Microsoft.AspNetCore.Components;
using SdStudio.Diffusion.Pipelines;
using SdStudio.Web.Generation;

namespace SdStudio.Web.Components.Generate;

/// <summary>Shows one job while it waits and runs. The parent sets <c>@key</c> to the job, so one instance serves one job.</summary>
public sealed partial class LivePreview : ComponentBase, IDisposable
{
    private IDisposable? _subscription;
    private JobProgress _progress = null!;
    private TimeSpan? _estimate;
    private int? _looked;
    private IReadOnlyList<PreviewFrame> _frames = [];

    /// <summary>The frame before and the newest: the newest fades in over the one before.</summary>
    private List<PreviewFrame> _layers = [];

    [Inject]
    private GenerationQueue Queue { get; set; } = null!;

    [Parameter, EditorRequired]
    public required GenerationJob Job { get; set; }

    [Parameter]
    public bool IsMine { get; set; }

    /// <summary>What the model is called, for "Loading Postcard".</summary>
    [Parameter]
    public string ModelTitle { get; set; } = "";

    [Parameter]
    public EventCallback OnSkip { get; set; }

    private string Sentence => _progress.Stage switch
    {
        null when Job.Outcome is not null => "Stopped",
        null => "Waiting for its turn",
        GenerationStage.LoadingModel => _progress.Loaded is { } loaded ? $"Loading {ModelTitle}, {Math.Floor(loaded * 100):0} %" : $"Loading {ModelTitle}",
        GenerationStage.EncodingPrompt => "Reading the words",
        GenerationStage.Decoding => "Developing the picture",
        _ => "Starting from noise",
    };

    private string Alt => _layers.Count == 0 ? Sentence : $"Preview after step {_layers[^1].Step} of {_progress.Steps}: {Job.Recipe.Prompt}";

    protected override void OnInitialized()
    {
        _subscription = Job.Watch(() => InvokeAsync(Update));
        Read();
    }

    public void Dispose() => _subscription?.Dispose();

    private void Update()
    {
        Read();
        StateHasChanged();
    }

    private void Read()
    {
        _progress = Job.Progress;
        _estimate = _progress.TimeLeft ?? Queue.TimeUntilDone(Job);
        // An ended job forgets its frames; the strip stays as it was until the canvas goes on.
        _frames = Job.Outcome is null ? Job.Frames : _frames;
        if (_looked is null)
        {
            Lay(_progress.Frame ?? (_frames.Count > 0 ? _frames[^1] : null));
        }
    }

    private void Lay(PreviewFrame? frame)
    {
        if (frame is not null && (_layers.Count == 0 || _layers[^1] != frame))
        {
            _layers = _layers.Count == 0 ? [frame] : [_layers[^1], frame];
        }
    }

    private void LookBack(int step)
    {
        _looked = step;
        Lay(_frames.LastOrDefault(frame => frame.Step <= step));
    }

    private void GoLive()
    {
        _looked = null;
        Read();
    }
}
