namespace SdStudio.Storage.Models.Downloads;

/// <summary>How far a download has come.</summary>
/// <param name="Stage">What is being done.</param>
/// <param name="File">Which file.</param>
/// <param name="Received">Bytes of all files together that are here.</param>
/// <param name="Total">Bytes of all files; null while that is not known.</param>
/// <param name="BytesPerSecond">Over the last seconds; null at the start.</param>
/// <param name="Left">Until everything is here at this pace; null when it cannot be said.</param>
public sealed record DownloadProgress(DownloadStage Stage, string File, long Received, long? Total, double? BytesPerSecond, TimeSpan? Left)
{
    /// <summary>0 to 100; null while the total is not known.</summary>
    public int? Percent => Total is > 0 and var total ? (int)Math.Clamp(100 * (double)Received / total, 0, 100) : null;
}
