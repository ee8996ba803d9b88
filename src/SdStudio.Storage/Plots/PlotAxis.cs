using System.Collections.Immutable;

namespace SdStudio.Storage.Plots;

/// <summary>One axis of a plot.</summary>
/// <param name="Field">Key in <see cref="AxisFields"/>.</param>
/// <param name="Text">The values as they were written, to be written on.</param>
/// <param name="Values">What was read of it, each as the field writes it: definite, so that reading them again gives the same recipes.</param>
public sealed record PlotAxis(string Field, string Text, ImmutableArray<string> Values)
{
    public bool Equals(PlotAxis? other) => other is not null && Field == other.Field && Text == other.Text && Values.AsSpan().SequenceEqual(other.Values.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Field, Text, Values.Length);
}
