using System.Collections.Immutable;

namespace SdStudio.Storage.Models;

/// <summary>What a model says of itself in its <c>card.json</c>: what it draws, words and settings to start with.</summary>
/// <param name="Title">For people; null leaves the name of the folder.</param>
/// <param name="Description">A sentence or two, at most 400 characters; null when it says nothing.</param>
/// <param name="Examples">Prompts that suit the model, at most eight.</param>
public sealed record ModelIntroduction(string? Title, string? Description, ImmutableArray<string> Examples)
{
    /// <summary>Words for somebody who has written none yet; null leaves the field empty.</summary>
    public string? Prompt { get; init; }

    /// <summary>Settings to begin with; null when it recommends none.</summary>
    public RecipeSuggestion? Defaults { get; init; }

    /// <summary>Settings for quick drafts; null when it has none.</summary>
    public DraftSuggestion? Draft { get; init; }

    /// <summary>Reads the card of a model outside the catalogue.</summary>
    /// <param name="path">Full path of a checkpoint or diffusers folder.</param>
    /// <returns>Null for a single file, and where there is no card that can be read.</returns>
    public static ModelIntroduction? Read(string path) => Directory.Exists(path) ? ModelCardFile.Read(path) : null;

    // An array knows only its identity, and a scan that found the same must not look like news.
    public bool Equals(ModelIntroduction? other) =>
        other is not null && Title == other.Title && Description == other.Description && Prompt == other.Prompt
        && Defaults == other.Defaults && Draft == other.Draft && Examples.SequenceEqual(other.Examples);

    public override int GetHashCode() => HashCode.Combine(Title, Description, Prompt, Defaults, Draft, Examples.Length);
}
