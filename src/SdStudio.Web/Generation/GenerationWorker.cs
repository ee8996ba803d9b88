using SdStudio.Diffusion.Imaging;
using SdStudio.Diffusion.Pipelines;
using SdStudio.Storage.Models;

namespace SdStudio.Web.Generation;

/// <summary>
/// Makes the pictures, one after the other, on one thread that lives as long as the program: only it runs the networks, loads them
/// and disposes them. It is also the one place where a failed picture is caught.
/// </summary>
internal sealed partial class GenerationWorker(
    GenerationQueue queue,
    ModelCatalog catalog,
    PipelineHost pipelines,
    DeviceOpening openDevice,
    PictureSaver saver,
    PreviewPump pump,
    PictureTimes times,
    RecipeLimits limits,
    TimeProvider time,
    ILogger<GenerationWorker> logger) : BackgroundService
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether the thread takes jobs.</summary>
    public bool IsRunning { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Resumed jobs name models, so the catalogue comes first.
        await catalog.ScanAsync(stoppingToken);
        await queue.ResumeAsync(stoppingToken);

        Thread thread = new(() => Work(stoppingToken)) { Name = "Generation", IsBackground = true };
        thread.Start();
        await _ended.Task;
    }

    private void Work(CancellationToken stopping)
    {
        IsRunning = true;
        try
        {
            openDevice();
            while (true)
            {
                Make(queue.Take(stopping), stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The program ends. A job that ran stays in the stored queue and is made after the next start.
        }
        finally
        {
            IsRunning = false;
            pipelines.Dispose();
            _ended.SetResult();
        }
    }

    private void Make(GenerationJob job, CancellationToken stopping)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(job.StopToken, stopping);
        try
        {
            ModelFile model = ModelOf(job);
            job.Update(progress => progress with { Stage = pipelines.Holds(model) ? GenerationStage.EncodingPrompt : GenerationStage.LoadingModel });
            IImagePipeline pipeline = pipelines.For(model, stop.Token);

            StepReport report = new(job, pipeline.Preview, pump, times, time);
            RgbImage pixels = pipeline.Generate(job.Recipe, report, stop.Token);
            report.Finish();
            LogMade(job.Id, job.Recipe.Width, job.Recipe.Height, job.Recipe.Steps, report.Elapsed.TotalSeconds);
            // Asked again: the hash of a large file may have become known since the job began.
            string? hash = catalog.Find(ModelKind.Checkpoint, model.Name)?.ShortHash;
            saver.Save(new FinishedPicture(job, pixels, report.Elapsed, hash));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            stopping.ThrowIfCancellationRequested();
            queue.End(job, new JobOutcome.Cancelled());
        }
        catch (Exception exception)
        {
            Failure failure = Failure.Of(exception);
            if (failure.IsExpected)
            {
                LogNotMade(job.Id, failure.Message);
            }
            else
            {
                LogFailed(exception, job.Id);
            }

            if (failure.SpoilsModel)
            {
                pipelines.Unload();
            }

            queue.End(job, new JobOutcome.Failed(failure.Message));
        }
    }

    private ModelFile ModelOf(GenerationJob job)
    {
        if (limits.Problem(job.Recipe) is { } problem)
        {
            throw new UnusableRecipeException(problem);
        }

        return catalog.Find(ModelKind.Checkpoint, job.Recipe.Checkpoint)
            ?? throw new UnusableRecipeException($"The model {job.Recipe.Checkpoint} is not among the models any more. Choose another, or put its file back.");
    }

    // Prompts are people's own words: they stand in the gallery, not in the log.
    [LoggerMessage(LogLevel.Information, "Job {Job}: {Width} x {Height}, {Steps} steps in {Seconds:0.00} s.")]
    private partial void LogMade(long job, int width, int height, int steps, double seconds);

    [LoggerMessage(LogLevel.Warning, "Job {Job} was not made: {Reason}")]
    private partial void LogNotMade(long job, string reason);

    [LoggerMessage(LogLevel.Error, "Job {Job} failed.")]
    private partial void LogFailed(Exception exception, long job);
}
