using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using SdStudio.Diffusion.Pipelines;
using SdStudio.Storage.Models;
using SdStudio.Web.Components.Parts;
using SdStudio.Web.Generation;
using SdStudio.Web.Plots;
using SdStudio.Web.Security;

namespace SdStudio.Web.Components.Generate;

/// <summary>All jobs of all browsers with place and estimate; one's own can be removed and put into another order.</summary>
public sealed partial class QueueList : ComponentBase, IDisposable
{
    private readonly Dictionary<GenerationJob, IDisposable> _subscriptions = [];
    private IDisposable? _queueSubscription;
    private IReadOnlyList<GenerationJob> _jobs = [];
    private IReadOnlyList<PlotProgress> _plots = [];
    private IDisposable? _plotSubscription;
    private GenerationJob? _dragged;
    private string? _announced;

    [Inject]
    private GenerationQueue Queue { get; set; } = null!;

    [Inject]
    private PlotRunner Runner { get; set; } = null!;

    [Inject]
    private ModelCatalog Catalog { get; set; } = null!;

    [Inject]
    private BrowserIdentity Browser { get; set; } = null!;

    private string Summary
    {
        get
        {
            List<GenerationJob> entries = [.. _jobs.DistinctBy(job => (job.Plot?.Plot, job.Plot is null ? job.Id : 0))];
            int mine = entries.Count(IsMine);
            return mine == 0 ? "None of them is yours" : $"{mine} of {entries.Count} {(mine == 1 ? "is" : "are")} yours";
        }
    }

    protected override void OnInitialized()
    {
        _queueSubscription = Queue.Subscribe(() => InvokeAsync(Update));
        _plotSubscription = Runner.Subscribe(() => InvokeAsync(Update));
        Read();
    }

    public void Dispose()
    {
        _plotSubscription?.Dispose();
        _queueSubscription?.Dispose();
        foreach (IDisposable subscription in _subscriptions.Values)
        {
            subscription.Dispose();
        }
    }

    private static string TitleOf(GenerationJob job) => !job.IsKept ? $"Verifying: {WordsOf(job)}" : WordsOf(job);

    private static string WordsOf(GenerationJob job) => job.Recipe.Prompt.Length > 0 ? job.Recipe.Prompt : "A picture without words";

    private static string Percent(GenerationJob job) => FormattableString.Invariant($"{job.Progress.Fraction * 100:0.#}%");

    private void Update()
    {
        Read();
        StateHasChanged();
    }

    private void Read()
    {
        (_jobs, _plots) = (Queue.Jobs, Runner.Unfinished);
        foreach (GenerationJob gone in _subscriptions.Keys.Except(_jobs).ToList())
        {
            _subscriptions[gone].Dispose();
            _subscriptions.Remove(gone);
        }

        foreach (GenerationJob job in _jobs.Where(job => !_subscriptions.ContainsKey(job)))
        {
            _subscriptions[job] = job.Subscribe(() => InvokeAsync(StateHasChanged));
        }
    }

    private bool IsMine(GenerationJob job) => job.Owner == Browser.Id;

    private bool IsMovable(GenerationJob job) => IsMine(job) && job.Plot is null && job.Progress.Stage is null;

    private string ModelOf(GenerationJob job) => Catalog.Find(ModelKind.Checkpoint, job.Recipe.Checkpoint)?.Title ?? job.Recipe.Checkpoint;

    private string StateOf(GenerationJob job, int place)
    {
        string? left = (job.Progress.TimeLeft ?? Queue.TimeUntilDone(job)) is { } time ? Duration.Text(time) : null;
        return job.Progress switch
        {
            { Stage: null } when place <= 1 => left is null ? "next" : $"next, in {left}",
            { Stage: null } => left is null ? "waits" : $"in {left}",
            { Stage: GenerationStage.Denoising } progress => $"Step {progress.Step}/{progress.Steps}{(left is null ? null : $" · {left} left")}",
            { Stage: GenerationStage.LoadingModel } => $"loads {ModelOf(job)}",
            _ => "being made",
        };
    }

    private Task MoveByKeyAsync(GenerationJob job, KeyboardEventArgs e) => e switch
    {
        { AltKey: true, Key: "ArrowUp" } => MoveAsync(job, -1),
        { AltKey: true, Key: "ArrowDown" } => MoveAsync(job, 1),
        _ => Task.CompletedTask,
    };

    /// <summary>Counted among one's own waiting jobs, as the queue counts.</summary>
    private async Task DropOnAsync(GenerationJob target)
    {
        if (_dragged is not { } job || job == target || !IsMovable(target))
        {
            return;
        }

        _dragged = null;
        var own = _jobs.Where(IsMovable).ToList();
        await MoveAsync(job, own.IndexOf(target) - own.IndexOf(job));
    }

    private async Task MoveAsync(GenerationJob job, int by)
    {
        if (by != 0 && await Queue.MoveAsync(job.Id, Browser.Id, by))
        {
            Read();
            _announced = $"{TitleOf(job)}: now number {_jobs.ToList().IndexOf(job) + 1}";
        }
    }
}
