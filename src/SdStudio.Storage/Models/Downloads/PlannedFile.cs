namespace SdStudio.Storage.Models.Downloads;

/// <summary>One file that is to be fetched.</summary>
/// <param name="Address">Where it lies.</param>
/// <param name="Path">Its name, or its path within the model's folder, with '/'.</param>
/// <param name="Size">Bytes; null when nobody said.</param>
/// <param name="Sha256">64 digits in lower case; null when nobody said.</param>
public sealed record PlannedFile(Uri Address, string Path, long? Size, string? Sha256);
