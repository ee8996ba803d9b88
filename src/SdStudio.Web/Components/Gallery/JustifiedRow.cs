namespace SdStudio.Web.Components.Gallery;

/// <summary>One line of the grid: a month's heading, or a row of pictures that fills the width.</summary>
/// <param name="First">Index of the line's first picture; for a heading, the first picture of its month.</param>
/// <param name="Count">Pictures in the row; for a heading, pictures in its month.</param>
/// <param name="Top">Pixels from the top of the grid.</param>
/// <param name="Height">Pixels, the gap below not counted.</param>
/// <param name="Month">The first day of the month, for a heading; null for a row of pictures.</param>
public readonly record struct JustifiedRow(int First, int Count, double Top, double Height, DateOnly? Month);
