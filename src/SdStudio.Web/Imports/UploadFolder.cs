using SdStudio.Storage.Gallery;

namespace SdStudio.Web.Imports;

/// <summary>Where pictures lie that somebody brought and that are in no gallery yet: files of random names, which do not outlive the page that asked for them.</summary>
public sealed class UploadFolder : IDisposable
{
    /// <summary>Bytes of one file.</summary>
    public const long LongestFile = 64L * 1024 * 1024;

    private const int MostAtOnce = 32;

    private readonly string _folder;
    private readonly SemaphoreSlim _places = new(MostAtOnce);

    public UploadFolder(GalleryPaths paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        _folder = Path.Combine(paths.Root, "uploads");
        try
        {
            // What a crash left behind.
            if (Directory.Exists(_folder))
            {
                Directory.Delete(_folder, recursive: true);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // They are small, and the next start tries again.
        }
    }

    public void Dispose() => _places.Dispose();

    /// <summary>Writes what comes into a file, piece by piece.</summary>
    /// <returns>The file, or null when too many are here at once; disposing deletes it.</returns>
    /// <exception cref="IOException">The disk is full, or the connection broke.</exception>
    public async Task<Upload?> ReceiveAsync(Stream content, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        if (!_places.Wait(0, CancellationToken.None))
        {
            return null;
        }

        string path = Path.Combine(_folder, Path.GetRandomFileName());
        try
        {
            Directory.CreateDirectory(_folder);
            await using FileStream file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
            await content.CopyToAsync(file, cancellationToken);
            return new Upload(path, _places);
        }
        catch
        {
            new Upload(path, _places).Dispose();
            throw;
        }
    }
}
