using System.Collections.Immutable;
using SdStudio.Storage.Plots;

namespace SdStudio.Web.Components.Plots;

/// <summary>What a form of a plot says.</summary>
/// <param name="Definition">Null where something is wrong.</param>
/// <param name="Axes">What was read of each field of the form; null where no field is chosen.</param>
/// <param name="Problem">What is wrong with all of it together, for people; null where nothing is.</param>
public sealed record PlotReading(PlotDefinition? Definition, ImmutableArray<AxisReading?> Axes, string? Problem);
