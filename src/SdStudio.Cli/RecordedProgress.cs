using SdStudio.Diffusion.Pipelines;

namespace SdStudio.Cli;

/// <summary>Shows progress, and lets a recorder see the latents on their way.</summary>
internal sealed class RecordedProgress(IProgress<StepProgress> shown, LatentRecorder recorder) : IProgress<StepProgress>
{
    public void Report(StepProgress value)
    {
        recorder.See(value);
        shown.Report(value);
    }
}
