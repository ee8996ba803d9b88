using SdStudio.Diffusion.Prompts;

namespace SdStudio.Diffusion.Pipelines;

/// <summary>A prompt as the UNet reads it, at every evaluation.</summary>
/// <param name="Texts">One for each text of the schedule.</param>
/// <param name="Weight">Its share of the guidance.</param>
internal sealed record ScheduledConditioning(PromptSchedule Schedule, IReadOnlyList<Conditioning> Texts, float Weight = 1)
{
    /// <param name="evaluation">From 0.</param>
    public Conditioning At(int evaluation) => Texts[Schedule.At(evaluation)];
}
