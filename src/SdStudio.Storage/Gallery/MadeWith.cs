using System.Collections.Immutable;
using SdStudio.Storage.Models;

namespace SdStudio.Storage.Gallery;

/// <summary>The pictures of one checkpoint or LoRA.</summary>
/// <param name="Kind">Pictures remember these two; of any other kind nothing is found.</param>
/// <param name="Names">The names by which recipes know it, at least one.</param>
public sealed record MadeWith(ModelKind Kind, ImmutableArray<string> Names)
{
    // An array knows only its identity.
    public bool Equals(MadeWith? other) => other is not null && Kind == other.Kind && Names.SequenceEqual(other.Names);

    public override int GetHashCode() => HashCode.Combine(Kind, Names.Length, Names.FirstOrDefault());
}
