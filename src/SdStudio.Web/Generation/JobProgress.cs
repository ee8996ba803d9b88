using SdStudio.Diffusion.Pipelines;

namespace SdStudio.Web.Generation;

/// <summary>A snapshot of a job; replaced whole, never changed.</summary>
/// <param name="Stage">Null while the job waits.</param>
/// <param name="StepTime">Measured time of one step; null before the second step is done.</param>
/// <param name="TimeLeft">Estimate to the finished picture; null while unknown.</param>
/// <param name="Frame">The newest preview; null when there is none yet, or nobody watches.</param>
public sealed record JobProgress(GenerationStage? Stage, int Step, int Steps, TimeSpan? StepTime, TimeSpan? TimeLeft, PreviewFrame? Frame)
{
    /// <summary>0 to 1: the share of the model's weights that is read; null where none are, or it is not known.</summary>
    public double? Loaded { get; init; }

    /// <summary>0 to 1, by steps.</summary>
    public double Fraction => Steps == 0 ? 0 : (double)Step / Steps;
}
