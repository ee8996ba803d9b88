using SdStudio.Storage.Plots;
using SdStudio.Web.Components.Gallery;
using SdStudio.Web.Components.Parts;
using SdStudio.Web.Plots;

namespace SdStudio.Web.Components.Plots;

/// <summary>How plots are spoken of.</summary>
public static class PlotWords
{
    /// <summary>"60 pictures", "12 of 60 pictures, being made", "58 of 60 pictures".</summary>
    /// <param name="made">How many pictures there are.</param>
    public static string State(Plot plot, int made)
    {
        ArgumentNullException.ThrowIfNull(plot);
        int cells = plot.Definition.Cells;
        string pictures = made >= cells ? PictureWords.Pictures(cells) : $"{Count.Text(made)} of {PictureWords.Pictures(cells)}";
        return plot.State switch
        {
            PlotState.Running => $"{pictures}, being made",
            PlotState.Stopped => $"{pictures}, stopped",
            _ => pictures,
        };
    }

    /// <summary>"12 of 60, 4 min left", "waits for another plot".</summary>
    public static string Progress(PlotProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        string count = $"{Count.Text(progress.Tried)} of {Count.Text(progress.Plot.Definition.Cells)}";
        return !progress.IsActive ? $"{count}, waits for another plot"
            : progress.TimeLeft is { } left ? $"{count}, {Duration.Text(left)} left"
            : count;
    }

    /// <summary>"Plot: a red lighthouse".</summary>
    public static string Title(Plot plot)
    {
        ArgumentNullException.ThrowIfNull(plot);
        return $"Plot: {PictureWords.Title(plot.Definition.Recipe.Prompt)}";
    }
}
