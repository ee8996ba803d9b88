namespace SdStudio.Storage.Plots;

/// <summary>A picture's place in a plot.</summary>
/// <param name="Plot">Id of the plot.</param>
/// <param name="Index">See <see cref="PlotDefinition.CellOf"/>.</param>
public sealed record PlotCell(long Plot, int Index);
