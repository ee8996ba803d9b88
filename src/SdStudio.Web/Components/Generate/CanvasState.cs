using SdStudio.Storage.Gallery;
using SdStudio.Web.Generation;

namespace SdStudio.Web.Components.Generate;

/// <summary>
/// Decides what one browser sees on the canvas, from the queue and the gallery alone: a page that is opened, reloaded
/// or woken up asks the same and gets the same. Used from one circuit; not safe on other threads.
/// </summary>
public sealed class CanvasState(GenerationQueue queue, GalleryStore gallery, string browser, TimeProvider clock)
{
    private static readonly TimeSpan s_stillFresh = TimeSpan.FromHours(1);

    private long? _lastRunning;
    private bool _following;
    private bool _followAgain;

    public Canvas Current { get; private set; } = new Canvas.Empty();

    /// <summary>A job of this browser failed while the next one already had the canvas.</summary>
    public event Action<string>? FailedAside;

    /// <summary>The running job; else this browser's newest picture, if it is fresh; else nothing.</summary>
    public async Task OpenAsync()
    {
        if (Next(Running) is { } job)
        {
            _lastRunning = Running?.Id;
            Current = new Canvas.Live(job);
            return;
        }

        IReadOnlyList<GalleryImage> newest = await gallery.PageAsync(new GalleryQuery(Owner: browser), before: null, limit: 1);
        if (newest is [GalleryImage image] && clock.GetUtcNow() - image.CreatedAt < s_stillFresh)
        {
            Current = new Canvas.Picture(image, Last: null);
        }
    }

    /// <summary>Shows a picture of the gallery until a job of this browser starts.</summary>
    public void Show(GalleryImage image) => Current = new Canvas.Picture(image, Last: null);

    /// <summary>Shows what runs now, or <paramref name="asked"/> while nothing does.</summary>
    public void ShowLive(GenerationJob asked) => Current = new Canvas.Live(Running ?? asked);

    public void Clear() => Current = new Canvas.Empty();

    /// <summary>Brings the canvas up to date; called after every change of the queue.</summary>
    public async Task FollowAsync()
    {
        // A second change may arrive while the gallery is asked about the first.
        _followAgain = true;
        if (_following)
        {
            return;
        }

        _following = true;
        try
        {
            while (_followAgain)
            {
                _followAgain = false;
                await FollowOnceAsync();
            }
        }
        finally
        {
            _following = false;
        }
    }

    /// <summary>A job whose picture is not kept belongs to the page that asked for it.</summary>
    private GenerationJob? Running => queue.Running is { IsKept: true } running ? running : null;

    private async Task FollowOnceAsync()
    {
        GenerationJob? running = Running;
        bool mineStarted = running is not null && running.Owner == browser && running.Id != _lastRunning;
        _lastRunning = running?.Id ?? _lastRunning;

        if (Current is Canvas.Live { Job: var job })
        {
            Current = job.Outcome is { } outcome ? await AfterAsync(job, outcome, running) : StayOrMove(job, running);
        }
        else if (running is not null && (mineStarted || Current is Canvas.Empty or Canvas.Stopped))
        {
            Current = new Canvas.Live(running);
        }
    }

    /// <summary>A job that is being saved keeps the canvas, unless this browser's next one has begun; one that waits gives way to the one that runs.</summary>
    private Canvas StayOrMove(GenerationJob job, GenerationJob? running) =>
        running is not null && running != job && (running.Owner == browser || job.Progress.Stage is null)
            ? new Canvas.Live(running)
            : Current;

    private async Task<Canvas> AfterAsync(GenerationJob job, JobOutcome outcome, GenerationJob? running)
    {
        GenerationJob? next = Next(running);
        bool goOn = next is not null && (next.Owner == browser || job.Owner != browser);
        switch (outcome)
        {
            case JobOutcome.Failed failure:
                if (goOn && job.Owner == browser)
                {
                    FailedAside?.Invoke(failure.Message);
                }

                return goOn ? new Canvas.Live(next!) : new Canvas.Failed(job, failure);

            case JobOutcome.Succeeded { ImageId: var id } when !goOn && await gallery.FindAsync(id) is { } image:
                return new Canvas.Picture(image, LastFrame(job));

            default:
                return next is not null ? new Canvas.Live(next) : new Canvas.Stopped(job);
        }
    }

    private static PreviewFrame? LastFrame(GenerationJob job) => job.Progress.Frame ?? (job.Frames is [.., PreviewFrame last] ? last : null);

    private GenerationJob? Next(GenerationJob? running) => running ?? queue.Jobs.FirstOrDefault(job => job.Owner == browser && job.IsKept && job.Outcome is null);
}
