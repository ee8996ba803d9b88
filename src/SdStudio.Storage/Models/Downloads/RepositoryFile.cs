namespace SdStudio.Storage.Models.Downloads;

/// <summary>A file of a Hugging Face repository.</summary>
/// <param name="Path">Within the repository, with '/'.</param>
/// <param name="Size">Bytes; null when it did not say.</param>
/// <param name="Sha256">Of large files; null for small ones.</param>
internal sealed record RepositoryFile(string Path, long? Size, string? Sha256)
{
    public string Folder => Path.Contains('/', StringComparison.Ordinal) ? Path[..Path.LastIndexOf('/')] : "";

    public string Name => Path[(Path.LastIndexOf('/') + 1)..];
}
