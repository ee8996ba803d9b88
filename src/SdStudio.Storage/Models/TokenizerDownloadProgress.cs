namespace SdStudio.Storage.Models;

/// <summary>How far a download has come.</summary>
/// <param name="File">"vocab.json" or "merges.txt".</param>
/// <param name="Received">Bytes of it.</param>
/// <param name="Total">Bytes it will have; null when the server does not say.</param>
public sealed record TokenizerDownloadProgress(string File, long Received, long? Total);
