using System.Collections.Immutable;

namespace SdStudio.Storage.Models;

/// <summary>What people added to a model. It belongs to the content and not to the file: moved, renamed or copied, the model keeps it.</summary>
public sealed record ModelProfile
{
    public static ModelProfile Empty { get; } = new();

    public bool IsFavourite { get; init; }

    /// <summary>Free text, at most <see cref="ModelProfileStore.LongestNotes"/> characters; null when there is none.</summary>
    public string? Notes { get; init; }

    /// <summary>The settings remembered for it; null where nobody chose any, so that those of its card hold.</summary>
    public RecipeSuggestion? Settings { get; init; }

    /// <summary>All names it ever had here; pictures say the name of their time.</summary>
    public ImmutableArray<string> Names { get; init; } = [];

    /// <summary>The settings to start with: those remembered, else those the model brings along; null where neither says anything.</summary>
    public RecipeSuggestion? Recommended(ModelFile model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Settings ?? model.Introduction?.Defaults
            ?? (model.Details.PreferredWeight is null && model.Details.NegativePrompt is null
                ? null
                : new RecipeSuggestion { LoraWeight = model.Details.PreferredWeight, NegativePrompt = model.Details.NegativePrompt });
    }
}
