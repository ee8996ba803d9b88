namespace SdStudio.Storage.Models.Downloads;

/// <summary>A download did not work. The message is for the person who asked for it.</summary>
public sealed class DownloadException : Exception
{
    public DownloadException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>The same again at once makes no sense; somebody has to change something first.</summary>
    public bool IsFinal { get; init; }

    /// <summary>What was received is not the file, so it is thrown away.</summary>
    public bool IsProvenWrong { get; init; }
}
