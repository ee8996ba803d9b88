using System.Collections.Immutable;

namespace SdStudio.Storage.Models;

/// <summary>
/// What the files beside a model and its own header tell about it, for people. None of it is trusted: it is bounded, free of control characters,
/// and decides nothing about how the model is run.
/// </summary>
public sealed record ModelDetails
{
    /// <summary>For people, such as the name on the site it came from; null when nothing says it.</summary>
    public string? Title { get; init; }

    /// <summary>Plain text, at most 4,000 characters, several lines.</summary>
    public string? Description { get; init; }

    /// <summary>What it was trained on, as its maker wrote it: "SD 1.5", "sdxl_base_v1-0".</summary>
    public string? BaseModel { get; init; }

    /// <summary>Words that call it, at most twenty: as its maker states them, else the captions that nearly all of a LoRA's training pictures had.</summary>
    public ImmutableArray<string> TriggerWords { get; init; } = [];

    /// <summary>Captions of a LoRA's training pictures with how often each stood there, the most frequent first, at most fifty.</summary>
    public ImmutableArray<TagCount> TrainingTags { get; init; } = [];

    /// <summary>The weight its maker or the sidecar's writer prefers, above 0 and at most 4; null when nothing says it.</summary>
    public float? PreferredWeight { get; init; }

    /// <summary>What a sidecar recommends for the negative prompt.</summary>
    public string? NegativePrompt { get; init; }

    // An array knows only its identity, and a scan that found the same must not look like news.
    public bool Equals(ModelDetails? other) =>
        other is not null && Title == other.Title && Description == other.Description && BaseModel == other.BaseModel && PreferredWeight == other.PreferredWeight
        && NegativePrompt == other.NegativePrompt && TriggerWords.SequenceEqual(other.TriggerWords) && TrainingTags.SequenceEqual(other.TrainingTags);

    public override int GetHashCode() => HashCode.Combine(Title, Description, BaseModel, TriggerWords.Length, TrainingTags.Length);
}
