using System.Collections.Immutable;
using SdStudio.Storage.Models;

namespace SdStudio.Storage.Gallery;

/// <summary>The pictures of one checkpoint or LoRA.</summary>
/// <param name="Kind">Pictures remember these two; of any other kind nothing is found.</param>
/// <param name="Names">The names by which recipes know it, at least one.</param>
public sealed record MadeWith(ModelKind Kind, ImmutableArray<string> Names)
{
    /// <summary>The pictures of a model under its name and under those it had before, unless another model is called so today.</summary>
    /// <param name="all">All models there are.</param>
    public static MadeWith Of(ModelFile model, IReadOnlyList<ModelFile> all)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(all);
        return new MadeWith(model.Kind, [model.Name, .. model.Profile.Names.Where(name => name != model.Name && !all.Any(other => other.Kind == model.Kind && other.Name == name))]);
    }

    // An array knows only its identity.
    public bool Equals(MadeWith? other) => other is not null && Kind == other.Kind && Names.SequenceEqual(other.Names);

    public override int GetHashCode() => HashCode.Combine(Kind, Names.Length, Names.FirstOrDefault());
}
