namespace SdStudio.Storage.Plots;

/// <summary>The picture of a cell, as the gallery has it.</summary>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
public sealed record PlotPicture(int Cell, long Id, int Width, int Height, DateTimeOffset CreatedAt);
