namespace SdStudio.Storage.Models.Downloads;

/// <summary>What a running download does.</summary>
public enum DownloadStage
{
    /// <summary>The server was asked and has not answered yet.</summary>
    Asking,

    Receiving,

    /// <summary>The connection broke; it is taken up again in a moment.</summary>
    Reconnecting,

    /// <summary>Everything is here; its hash and content are checked.</summary>
    Checking,
}
