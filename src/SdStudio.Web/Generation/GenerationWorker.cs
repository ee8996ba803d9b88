using System.Collections.Immutable;
using SdStudio.Diffusion;
using SdStudio.Diffusion.Imaging;
using SdStudio.Diffusion.Pipelines;
using SdStudio.Storage.Models;
using SdStudio.Web.Hosting;

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
    DeviceClosing closeDevice,
    PictureSaver saver,
    PreviewPump pump,
    PictureTimes times,
    RecipeLimits limits,
    MachineReport machine,
    TimeProvider time,
    ILogger<GenerationWorker> logger) : BackgroundService
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether the thread takes jobs.</summary>
    public bool IsRunning { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            // Resumed jobs name models, so the catalogue comes first.
            await catalog.ScanAsync(stoppingToken);
            await queue.ResumeAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The program ends before it was ready: another holds the port, or somebody changed their mind.
            return;
        }

        Thread thread = new(() => Work(stoppingToken)) { Name = "Generation", IsBackground = true };
        thread.Start();
        await _ended.Task;
    }

    private void Work(CancellationToken stopping)
    {
        IsRunning = true;
        Exception? failure = null;
        try
        {
            openDevice();
            while (true)
            {
                stopping.ThrowIfCancellationRequested();
                Make(queue.Take(IsLoaded, stopping), stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The program ends. A job that ran stays in the stored queue and is made after the next start.
        }
        catch (Exception exception)
        {
            // Left alone on this thread it would end the process; so the host hears of it, says it, and stops in order.
            failure = exception;
        }

        IsRunning = false;
        Unload();
        if (failure is null)
        {
            _ended.SetResult();
        }
        else
        {
            _ended.SetException(failure);
        }
    }

    private void Make(GenerationJob job, CancellationToken stopping)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(job.StopToken, stopping);
        IImagePipeline? pipeline = null;
        try
        {
            ModelFile model = ModelOf(job);
            job.Update(progress => progress with { Stage = pipelines.Holds(model) ? GenerationStage.EncodingPrompt : GenerationStage.LoadingModel });
            pipeline = pipelines.For(new PipelineDemand(model, job.Recipe, RefinerOf(job.Recipe)), new LoadReport(job), stop.Token);

            StepReport report = new(job, pipeline, pump, times, time);
            RgbImage pixels = pipeline.Generate(job.Recipe, report, stop.Token);
            report.Finish();
            LogMade(job.Id, job.Recipe.Width, job.Recipe.Height, job.Recipe.Steps, report.Elapsed.TotalSeconds);
            FinishedPicture picture = new(job, pixels, report.Elapsed, HashOf(ModelKind.Checkpoint, model.Name), LoraHashes(job.Recipe), (machine.Device?.NewTrace() ?? new PictureTrace()) with { Latents = report.Latents.Hashes });
            picture = picture with
            {
                EmbeddingHashes = catalog.EmbeddingHashes(job.Recipe),
                VaeHash = job.Recipe.Vae is { } vae ? HashOf(ModelKind.Vae, vae) : null,
                Trace = picture.Trace with { ModelHash = picture.ModelHash, LoraHashes = picture.LoraHashes.ToImmutableSortedDictionary(StringComparer.Ordinal) },
            };
            if (job.IsKept)
            {
                saver.Save(picture);
            }
            else
            {
                queue.End(job, new JobOutcome.Rendered(pixels, picture.Trace));
            }
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

            // What failed to load has left nothing behind, and whatever worked before still does.
            if (failure.SpoilsModel && pipeline is not null)
            {
                Free(failure);
            }
            else if (failure.LosesDevice)
            {
                Unload();
            }

            if (failure.LosesDevice)
            {
                closeDevice();
            }

            queue.End(job, new JobOutcome.Failed(failure.Message, failure.Reason));
            if (pipeline is null && !failure.LosesDevice)
            {
                Restore(stopping);
            }
        }
    }

    /// <summary>After a model that could not be loaded, the one before it works again. A job that waits decides itself what is loaded next.</summary>
    private void Restore(CancellationToken stopping)
    {
        try
        {
            if (!queue.IsWaiting)
            {
                pipelines.Restore(stopping);
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogNotRestored(exception);
        }
    }

    private void Unload() => Guarded(pipelines.Unload);

    /// <summary>Memory that ran out, and a device that is lost, concern every model; anything else only the one that was used.</summary>
    private void Free(Failure failure) =>
        Guarded(failure is { LosesDevice: true } or { Reason: FailureReason.OutOfMemory } ? pipelines.Unload : pipelines.Discard);

    private void Guarded(Action free)
    {
        try
        {
            free();
        }
        catch (Exception exception)
        {
            // A network on a lost device may fail once more while it is freed; the next picture loads another anyway.
            LogNotFreed(exception);
        }
    }

    /// <summary>Asked when the picture is done: the hash of a large file may have become known since the job began.</summary>
    private string? HashOf(ModelKind kind, string name) => catalog.Find(kind, name)?.ShortHash;

    private Dictionary<string, string> LoraHashes(ImageRecipe recipe)
    {
        Dictionary<string, string> hashes = [];
        foreach (LoraSelection lora in recipe.Loras)
        {
            if (HashOf(ModelKind.Lora, lora.Name) is { } hash)
            {
                hashes[lora.Name] = hash;
            }
        }

        return hashes;
    }

    /// <summary>Whether a job could begin at once.</summary>
    private bool IsLoaded(GenerationJob job) => catalog.Find(ModelKind.Checkpoint, job.Recipe.Checkpoint) is { } model && pipelines.Holds(model);

    /// <summary>Null also for one that is not there: the pipeline says so.</summary>
    private ModelFile? RefinerOf(ImageRecipe recipe) => recipe.Refiner is { SwitchAt: < 1 } refiner ? catalog.Find(ModelKind.Checkpoint, refiner.Name) : null;

    private ModelFile ModelOf(GenerationJob job)
    {
        if (limits.Problem(job.Recipe) is { } problem)
        {
            throw new UnusableRecipeException(problem);
        }

        return catalog.Find(ModelKind.Checkpoint, job.Recipe.Checkpoint)
            ?? throw new UnusableRecipeException($"The model {job.Recipe.Checkpoint} is not among the models any more. Choose another, or put its file back.", FailureReason.UnusableModel);
    }

    // Prompts are people's own words: they stand in the gallery, not in the log.
    [LoggerMessage(LogLevel.Information, "Job {Job}: {Width} x {Height}, {Steps} steps in {Seconds:0.00} s.")]
    private partial void LogMade(long job, int width, int height, int steps, double seconds);

    [LoggerMessage(LogLevel.Warning, "Job {Job} was not made: {Reason}")]
    private partial void LogNotMade(long job, string reason);

    [LoggerMessage(LogLevel.Warning, "The model could not be freed in order.")]
    private partial void LogNotFreed(Exception exception);

    [LoggerMessage(LogLevel.Warning, "The model that was loaded before could not be loaded again.")]
    private partial void LogNotRestored(Exception exception);

    [LoggerMessage(LogLevel.Error, "Job {Job} failed.")]
    private partial void LogFailed(Exception exception, long job);
}
