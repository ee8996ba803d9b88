using System.Threading.Channels;
using SdStudio.Diffusion.Imaging;
using SdStudio.Diffusion.Pipelines;
using SdStudio.Diffusion.Tensors;
using SdStudio.Storage.Imaging;

namespace SdStudio.Web.Generation;

/// <summary>
/// Turns the newest latent into a small JPEG, once for all who watch, beside the worker's thread. Does nothing while nobody watches,
/// and leaves steps out rather than fall behind.
/// </summary>
internal sealed partial class PreviewPump(TimeProvider time, ILogger<PreviewPump> logger) : BackgroundService
{
    private readonly PreviewPainter _painter = new(time);
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite });
    private Shot? _newest;

    /// <summary>Called by the worker at every step; costs a pointer, and one entry in a channel when somebody watches.</summary>
    public void Show(GenerationJob job, IImagePipeline pipeline, int step, Latent latent)
    {
        if (_newest?.Job != job)
        {
            // Whoever opens the page in the middle of a long step sees the last one at once.
            job.Watched += Wake;
        }

        Volatile.Write(ref _newest, new Shot(job, pipeline.Preview, pipeline.SharpPreview, step, latent));
        if (job.IsWatched)
        {
            Wake();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        // The first frame of the first picture must not wait for libraries to load.
        PreviewEncoder.Encode(new RgbImage(1, 1, new byte[3]));

        Shot? shown = null;
        // Completed rather than cancelled: the loop then ends quietly, also when the program never got to start.
        using CancellationTokenRegistration stop = stoppingToken.Register(() => _wake.Writer.TryComplete());
        await foreach (bool _ in _wake.Reader.ReadAllAsync(CancellationToken.None))
        {
            if (Volatile.Read(ref _newest) is { } shot && shot != shown && shot.Job.IsWatched)
            {
                shown = shot;
                Develop(shot);
            }
        }
    }

    private void Wake() => _wake.Writer.TryWrite(true);

    private void Develop(Shot shot)
    {
        try
        {
            bool isTold = shot.Sharp?.Problem is not null;
            if (_painter.Paint(shot.Job, shot.Step, shot.Preview, shot.Sharp, shot.Latent) is not { } image)
            {
                return;
            }

            if (!isTold && shot.Sharp?.Problem is { } problem)
            {
                LogNotSharp(problem);
            }

            byte[] jpeg = PreviewEncoder.Encode(image);
            shot.Job.AddFrame(new PreviewFrame(shot.Step, jpeg, "data:image/jpeg;base64," + Convert.ToBase64String(jpeg)));
        }
        catch (Exception exception)
        {
            LogNoPreview(exception, shot.Step);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The preview of step {Step} could not be made; the picture itself goes on.")]
    private partial void LogNoPreview(Exception exception, int step);

    [LoggerMessage(LogLevel.Warning, "{Problem}")]
    private partial void LogNotSharp(string problem);

    // A class: two shots are the same only when they are one object.
    private sealed class Shot(GenerationJob job, LatentPreview preview, ISharpPreview? sharp, int step, Latent latent)
    {
        public GenerationJob Job => job;

        public LatentPreview Preview => preview;

        public ISharpPreview? Sharp => sharp;

        public int Step => step;

        public Latent Latent => latent;
    }
}
