namespace SdStudio.Storage.Import;

/// <summary>Where the import of a folder stands. Numbers are stored.</summary>
public enum ImportState
{
    /// <summary>Waits or runs: after a restart it goes on.</summary>
    Open,

    Done,

    /// <summary>Somebody stopped it. What came in stays.</summary>
    Cancelled,

    /// <summary>It stopped by itself: see its problem.</summary>
    Failed,
}
