using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Sampling;

namespace SdStudio.Storage.Models;

/// <summary>What a model's card or kind recommends to begin with, or what is remembered for it; null where it says nothing. In bounds, but not fitted to the model's sizes.</summary>
public sealed record RecipeSuggestion
{
    /// <summary>1 to 150.</summary>
    public int? Steps { get; init; }

    /// <summary>1 to 30.</summary>
    public float? GuidanceScale { get; init; }

    /// <summary>Key in the sampler catalogue.</summary>
    public string? Sampler { get; init; }

    /// <summary>Key in the schedule catalogue; that of the sampler where only a sampler is named.</summary>
    public string? Schedule { get; init; }

    /// <summary>Pixels; null when <see cref="Height"/> is.</summary>
    public int? Width { get; init; }

    /// <summary>Pixels; null when <see cref="Width"/> is.</summary>
    public int? Height { get; init; }

    /// <summary>What pictures of this model should usually not show.</summary>
    public string? NegativePrompt { get; init; }

    /// <returns>Null where there is no advice.</returns>
    public static RecipeSuggestion? Of(SamplingAdvice? advice) => advice is null ? null : new RecipeSuggestion
    {
        Steps = advice.Steps,
        GuidanceScale = advice.GuidanceScale,
        Sampler = advice.Sampler,
        Schedule = advice.Schedule,
    };

    /// <summary>Of a LoRA: -4 to 4, and not 0.</summary>
    public float? LoraWeight { get; init; }

    /// <summary>These settings, and what they leave open as another suggestion says. A sampler brings its own schedule, and a width its height.</summary>
    public RecipeSuggestion Over(RecipeSuggestion? other) => other is null ? this : new RecipeSuggestion
    {
        Steps = Steps ?? other.Steps,
        GuidanceScale = GuidanceScale ?? other.GuidanceScale,
        Sampler = Sampler ?? other.Sampler,
        Schedule = Schedule ?? (Sampler is null ? other.Schedule : null),
        Width = Width ?? other.Width,
        Height = Height ?? other.Height,
        NegativePrompt = NegativePrompt ?? other.NegativePrompt,
        LoraWeight = LoraWeight ?? other.LoraWeight,
    };

    /// <exception cref="ArgumentOutOfRangeException">A value is outside its bounds.</exception>
    internal void ThrowIfOutOfRange()
    {
        Check(Steps is null or (>= 1 and <= 150), nameof(Steps), Steps);
        Check(GuidanceScale is null or (>= 1 and <= 30), nameof(GuidanceScale), GuidanceScale);
        Check(Sampler is null || SamplerCatalog.Find(Sampler) is not null, nameof(Sampler), Sampler);
        Check(Schedule is null || Schedules.Find(Schedule) is not null, nameof(Schedule), Schedule);
        Check(Width is null == Height is null, nameof(Width), Width);
        Check(Width is null or (>= 8 and <= 4096), nameof(Width), Width);
        Check(Height is null or (>= 8 and <= 4096), nameof(Height), Height);
        Check(NegativePrompt is null or { Length: <= 4000 }, nameof(NegativePrompt), NegativePrompt?.Length);
        Check(LoraWeight is null or (>= -4 and <= 4 and not 0), nameof(LoraWeight), LoraWeight);
    }

    private static void Check(bool isAllowed, string name, object? value)
    {
        if (!isAllowed)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} is outside what a recipe allows.");
        }
    }
}
