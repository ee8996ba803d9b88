using System.Collections.Immutable;

namespace SdStudio.Storage.Plots;

/// <summary>What was read of the values of an axis.</summary>
/// <param name="Values">Empty with a problem.</param>
/// <param name="Problem">What is wrong, for people; null where nothing is.</param>
public sealed record AxisReading(ImmutableArray<string> Values, string? Problem)
{
    internal static AxisReading Bad(string problem) => new([], problem);
}
