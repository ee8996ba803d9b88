using SdStudio.Diffusion.Pipelines;

namespace SdStudio.Web.Generation;

/// <summary>Turns the pipeline's reports into the job's snapshots. Runs on the worker's thread, so it only measures and hands on.</summary>
internal sealed class StepReport(GenerationJob job, IImagePipeline pipeline, PreviewPump pump, PictureTimes times, TimeProvider time) : IProgress<StepProgress>
{
    private readonly long _start = time.GetTimestamp();
    private readonly TimeSpan _around = times.Around(job.Recipe);
    private readonly TimeSpan? _estimate = times.Estimate(job.Recipe);
    private long _firstStep;
    private TimeSpan? _stepTime;
    private TimeSpan _denoising;

    /// <summary>What the picture keeps of its latents.</summary>
    public LatentRecorder Latents { get; } = new();

    /// <summary>From the first report to now.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(_start);

    public void Report(StepProgress value)
    {
        Latents.See(value);
        if (value.Stage == GenerationStage.Denoising)
        {
            Measure(value.Step);
        }

        TimeSpan? timeLeft = TimeLeft(value);
        job.Update(progress => progress with
        {
            Stage = value.Stage,
            Step = value.Stage == GenerationStage.Decoding ? value.Steps : value.Step,
            Steps = value.Steps,
            StepTime = _stepTime,
            TimeLeft = timeLeft,
        });

        if (value.Denoised is { } denoised)
        {
            pump.Show(job, pipeline, value.Step, denoised);
        }
    }

    /// <summary>Remembers this picture's times for the estimates of the next.</summary>
    public void Finish()
    {
        if (_stepTime is { } step)
        {
            TimeSpan around = Elapsed - _denoising;
            times.Record(job.Recipe, step, around > TimeSpan.Zero ? around : TimeSpan.Zero);
        }
    }

    private void Measure(int step)
    {
        if (step == 0)
        {
            _firstStep = 0;
        }
        else if (step == 1)
        {
            _firstStep = time.GetTimestamp();
        }
        else
        {
            // The first step also warms caches; counting from its end gives the pace of the others.
            _stepTime = time.GetElapsedTime(_firstStep) / (step - 1);
            _denoising = _stepTime.Value * step;
        }
    }

    /// <summary>From step 3 by this picture's own pace, before that by the last one of its kind.</summary>
    private TimeSpan? TimeLeft(StepProgress value)
    {
        if (value.Stage == GenerationStage.Decoding)
        {
            return _around;
        }

        if (value.Step >= 3 && _stepTime is { } step)
        {
            return step * (value.Steps - value.Step) + _around;
        }

        TimeSpan? left = _estimate - Elapsed;
        return left < TimeSpan.Zero ? TimeSpan.Zero : left;
    }
}
