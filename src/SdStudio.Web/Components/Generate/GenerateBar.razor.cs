using Microsoft.AspNetCore.Components;
using SdStudio.Web.Generation;

namespace SdStudio.Web.Components.Generate;

/// <summary>Generate, or Skip and Stop while pictures of this browser are waiting or being made, and when they are done.</summary>
public sealed partial class GenerateBar : ComponentBase, IDisposable
{
    private IDisposable? _queueSubscription;
    private IDisposable? _jobSubscription;
    private GenerationJob? _heard;
    private BarWords? _words;

    [Inject]
    private GenerationQueue Queue { get; set; } = null!;

    /// <summary>Whose jobs are one's own.</summary>
    [Parameter, EditorRequired]
    public required string Browser { get; set; }

    /// <summary>What keeps Generate from starting, null when nothing does.</summary>
    [Parameter]
    public string? Problem { get; set; }

    [Parameter]
    public EventCallback OnGenerate { get; set; }

    [Parameter]
    public EventCallback OnSkip { get; set; }

    [Parameter]
    public EventCallback OnStop { get; set; }

    private bool HasJobs { get; set; }

    private bool IsRunning { get; set; }

    protected override void OnInitialized()
    {
        _queueSubscription = Queue.Subscribe(() => InvokeAsync(Update));
        Read();
    }

    public void Dispose()
    {
        _queueSubscription?.Dispose();
        _jobSubscription?.Dispose();
    }

    private void Update()
    {
        Read();
        StateHasChanged();
    }

    private void Read()
    {
        GenerationJob? running = Queue.Running;
        if (running != _heard)
        {
            _jobSubscription?.Dispose();
            _jobSubscription = running?.Subscribe(() => InvokeAsync(Update));
            _heard = running;
        }

        HasJobs = Queue.Jobs.Any(job => job.Owner == Browser);
        IsRunning = running?.Owner == Browser;
        _words = BarWords.For(Queue, Browser);
    }
}
