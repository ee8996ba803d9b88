namespace SdStudio.Web.Downloads;

/// <summary>Where an ordered download stands.</summary>
public enum DownloadState
{
    /// <summary>Others are before it, or the studio is offline.</summary>
    Waiting,

    Running,

    /// <summary>Somebody made it stand still.</summary>
    Paused,

    /// <summary>It did not work; what was received is kept for the next try.</summary>
    Failed,

    /// <summary>In place, and among the models.</summary>
    Done,
}
