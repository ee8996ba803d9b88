using System.Collections.Immutable;

namespace SdStudio.Storage.Models;

/// <summary>What a model says of itself in its <c>card.json</c>: what it draws, and words to start with.</summary>
/// <param name="Title">For people; null leaves the name of the folder.</param>
/// <param name="Description">A sentence or two, at most 400 characters; null when it says nothing.</param>
/// <param name="Examples">Prompts that suit the model, at most six.</param>
public sealed record ModelIntroduction(string? Title, string? Description, ImmutableArray<string> Examples)
{
    // An array knows only its identity, and a scan that found the same must not look like news.
    public bool Equals(ModelIntroduction? other) =>
        other is not null && Title == other.Title && Description == other.Description && Examples.SequenceEqual(other.Examples);

    public override int GetHashCode() => HashCode.Combine(Title, Description, Examples.Length);
}
