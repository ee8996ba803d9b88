namespace SdStudio.Diffusion.Checkpoints;

/// <summary>How a model wants to be sampled that was distilled to need few steps.</summary>
/// <param name="Kind">As the field calls it, such as "Lightning".</param>
/// <param name="Sampler">Key in the sampler catalogue.</param>
/// <param name="Schedule">Key in the schedule catalogue.</param>
/// <param name="Steps">Enough for a finished picture.</param>
/// <param name="GuidanceScale">1 or little more: guidance is distilled into the weights.</param>
public sealed record SamplingAdvice(string Kind, string Sampler, string Schedule, int Steps, float GuidanceScale)
{
    /// <summary>Side of the pictures that it was distilled on, pixels; null where that is its family's.</summary>
    public int? NativeSize { get; init; }
}
