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

    // An array knows only its identity, and a scan that found the same must not look like news.
    public bool Equals(ModelProfile? other) =>
        other is not null && IsFavourite == other.IsFavourite && Notes == other.Notes && Settings == other.Settings && Names.AsSpan().SequenceEqual(other.Names.AsSpan());

    public override int GetHashCode() => HashCode.Combine(IsFavourite, Notes, Settings, Names.Length);
}
