using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using SdStudio.Diffusion;
using SdStudio.Storage.Jobs;
using SdStudio.Storage.Plots;

namespace SdStudio.Web.Generation;

/// <summary>One run of a recipe: waiting, running or ended. Shared by all browsers; safe on any thread.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A token source without timer or wait handle holds nothing to dispose, and Cancel may come at any time.")]
public sealed class GenerationJob
{
    private readonly StoredJob _stored;
    private readonly Listeners _listeners;
    private readonly Func<GenerationJob, bool> _cancel;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource<JobOutcome> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ImmutableArray<PreviewFrame> _frames = [];
    private JobProgress _progress;
    private JobOutcome? _outcome;
    private int _watchers;

    internal GenerationJob(StoredJob stored, bool isKept, Func<GenerationJob, bool> cancel, TimeProvider time, ILogger logger)
    {
        (_stored, IsKept, _cancel, Place) = (stored, isKept, cancel, stored.Place);
        _listeners = new Listeners(time, logger);
        _progress = new JobProgress(null, 0, stored.Recipe.Steps, null, null, null);
    }

    public long Id => _stored.Id;

    public ImageRecipe Recipe => _stored.Recipe;

    /// <summary>The browser that asked for it.</summary>
    public string Owner => _stored.Owner;

    public long? ParentId => _stored.ParentId;

    /// <summary>The cell of a plot that it makes; null for a picture on its own.</summary>
    public PlotCell? Plot => _stored.Plot;

    /// <summary>Whether its picture goes into the gallery. A job that is not kept is a question about a picture: it ends with the program.</summary>
    public bool IsKept { get; }

    public DateTimeOffset EnqueuedAt => _stored.EnqueuedAt;

    /// <summary>The latest snapshot.</summary>
    public JobProgress Progress => Volatile.Read(ref _progress);

    /// <summary>Null until the job has ended (a picture counts as finished when it is saved).</summary>
    public JobOutcome? Outcome => Volatile.Read(ref _outcome);

    /// <summary>Ends with the job; never fails.</summary>
    public Task<JobOutcome> Completion => _completion.Task;

    /// <summary>All frames so far, first to last; empty when nobody watched. Of an ended job only the last is kept.</summary>
    public IReadOnlyList<PreviewFrame> Frames => _frames;

    /// <summary>Whether anyone watches: previews are made only then.</summary>
    public bool IsWatched => Volatile.Read(ref _watchers) > 0;

    /// <summary>Raised when somebody begins to watch.</summary>
    internal event Action? Watched;

    /// <summary>Order in the queue; changed under the queue's lock only.</summary>
    internal double Place { get; set; }

    /// <summary>How often a later job went before this one; changed under the queue's lock only.</summary>
    internal int Overtaken { get; set; }

    internal CancellationToken StopToken => _stop.Token;

    /// <summary>Hears of every new snapshot, on any thread, at most some 20 times a second, newest wins.</summary>
    public IDisposable Subscribe(Action changed) => _listeners.Add(changed);

    /// <summary>Like <see cref="Subscribe"/>, and previews are made as long as anyone watches.</summary>
    public IDisposable Watch(Action changed)
    {
        IDisposable subscription = _listeners.Add(changed, left: () => Interlocked.Decrement(ref _watchers));
        Interlocked.Increment(ref _watchers);
        Watched?.Invoke();
        return subscription;
    }

    /// <summary>Ends this job: skipped when it waits, stopped within a fraction of a step when it runs.</summary>
    public void Cancel() => _cancel(this);

    /// <summary>Replaces the snapshot; the worker and the preview pump both do.</summary>
    internal void Update(Func<JobProgress, JobProgress> change)
    {
        JobProgress seen, next;
        do
        {
            seen = Progress;
            next = change(seen);
        }
        while (Interlocked.CompareExchange(ref _progress, next, seen) != seen);

        _listeners.Signal();
    }

    internal void AddFrame(PreviewFrame frame)
    {
        ImmutableInterlocked.Update(ref _frames, (frames, added) => Outcome is null ? frames.Add(added) : [added], frame);
        Update(progress => progress with { Frame = frame });
    }

    internal void Stop() => _stop.Cancel();

    internal void End(JobOutcome outcome)
    {
        if (Interlocked.CompareExchange(ref _outcome, outcome, null) is null)
        {
            // Ended jobs are remembered for a while; what the page goes on showing is their last frame.
            ImmutableInterlocked.Update(ref _frames, frames => frames.Length > 1 ? [frames[^1]] : frames);
            _completion.SetResult(outcome);
            _listeners.Signal();
        }
    }
}
