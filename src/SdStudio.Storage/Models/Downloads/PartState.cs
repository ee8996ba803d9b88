namespace SdStudio.Storage.Models.Downloads;

/// <summary>What a server said of a file whose first bytes are here: with it the rest can be asked for after a restart.</summary>
/// <param name="ETag">A strong one, with its quotes; null when there was none.</param>
/// <param name="LastModified">As the server wrote it; null when it did not.</param>
/// <param name="Size">Bytes of the whole file; null when it did not say.</param>
/// <param name="Sha256">From a header; null when there was none.</param>
internal sealed record PartState(string? ETag, string? LastModified, long? Size, string? Sha256);
