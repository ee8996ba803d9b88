using SdStudio.Diffusion.Checkpoints;

namespace SdStudio.Storage.Models;

/// <summary>What a model's card or kind recommends to begin with; null where it says nothing. In bounds, but not fitted to the model's sizes.</summary>
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
}
