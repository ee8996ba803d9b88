using System.Collections.Immutable;

namespace SdStudio.Storage.Plots;

/// <summary>A plot as it is kept.</summary>
/// <param name="Owner">The browser that asked for it.</param>
/// <param name="Failures">Why cells have no picture, for people.</param>
public sealed record Plot(long Id, string Owner, DateTimeOffset CreatedAt, PlotState State, PlotDefinition Definition, ImmutableSortedDictionary<int, string> Failures);
