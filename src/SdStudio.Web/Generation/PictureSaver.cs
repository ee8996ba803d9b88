using System.Threading.Channels;
using SdStudio.Storage.Gallery;

namespace SdStudio.Web.Generation;

/// <summary>
/// Saves finished pictures while the worker already makes the next. Two may wait; then the worker waits too, because pixels are
/// large. A job is over when its picture is safe, and only then leaves the stored queue: a crash in between makes it again
/// or finds it saved, never loses it.
/// </summary>
internal sealed partial class PictureSaver(GalleryStore gallery, GenerationQueue queue, TimeProvider time, ILogger<PictureSaver> logger) : BackgroundService
{
    private readonly Channel<FinishedPicture> _pictures = Channel.CreateUnbounded<FinishedPicture>(new UnboundedChannelOptions { SingleReader = true });
    private readonly SemaphoreSlim _places = new(2);

    /// <summary>Hands a picture over; blocks the worker's thread while too many wait.</summary>
    public void Save(FinishedPicture picture)
    {
        _places.Wait();
        queue.BeginSaving(picture.Job);
        _pictures.Writer.TryWrite(picture);
    }

    /// <summary>Saves what is still on its way; the worker has stopped before.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _pictures.Writer.TryComplete();
        // Out of time is no failure: what was not written is still in the stored queue.
        await (ExecuteTask ?? Task.CompletedTask).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.StopAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _places.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (FinishedPicture picture in _pictures.Reader.ReadAllAsync(CancellationToken.None))
        {
            queue.End(picture.Job, await SaveAsync(picture));
            _places.Release();
        }
    }

    private async Task<JobOutcome> SaveAsync(FinishedPicture picture)
    {
        GenerationJob job = picture.Job;
        try
        {
            GalleryImage image = await gallery.AddAsync(new NewImage(
                job.Id,
                job.Recipe,
                picture.Pixels,
                time.GetUtcNow(),
                picture.Duration,
                job.Owner,
                job.ParentId,
                picture.ModelHash,
                [.. job.Frames.Select(frame => frame.Jpeg)],
                picture.LoraHashes)
            {
                EmbeddingHashes = picture.EmbeddingHashes,
                VaeHash = picture.VaeHash,
                Plot = job.Plot,
                Trace = picture.Trace,
            });
            return new JobOutcome.Succeeded(image.Id);
        }
        catch (Exception exception)
        {
            LogNotSaved(exception, job.Id);
            return new JobOutcome.Failed(exception is IOException or UnauthorizedAccessException
                ? $"The picture was made but could not be saved: {exception.Message} Make room in the gallery's folder, then make it again."
                : "The picture was made but could not be saved. The log of the server says why.");
        }
    }

    [LoggerMessage(LogLevel.Error, "The picture of job {Job} could not be saved.")]
    private partial void LogNotSaved(Exception exception, long job);
}
