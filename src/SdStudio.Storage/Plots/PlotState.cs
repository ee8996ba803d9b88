namespace SdStudio.Storage.Plots;

/// <summary>Whether a plot is being made. Stored: values never change.</summary>
public enum PlotState
{
    /// <summary>Being made, or waiting for one that is.</summary>
    Running = 0,

    /// <summary>Every cell was tried.</summary>
    Done = 1,

    /// <summary>Somebody stopped it; it can go on.</summary>
    Stopped = 2,
}
