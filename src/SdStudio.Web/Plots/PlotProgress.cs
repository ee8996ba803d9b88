using SdStudio.Storage.Plots;

namespace SdStudio.Web.Plots;

/// <summary>How far a plot is that is being made, or waits for its turn; a snapshot.</summary>
/// <param name="IsActive">Its cells are in the queue.</param>
/// <param name="Tried">Cells that have a picture, or the reason why not.</param>
/// <param name="TimeLeft">Until its last picture is expected, without pictures of others; null while unknown.</param>
public sealed record PlotProgress(Plot Plot, bool IsActive, int Tried, TimeSpan? TimeLeft);
