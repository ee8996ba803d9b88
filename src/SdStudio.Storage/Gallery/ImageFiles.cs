using System.Globalization;
using SdStudio.Storage.Imaging;
using SdStudio.Storage.Metadata;

namespace SdStudio.Storage.Gallery;

/// <summary>
/// The files of the gallery. Pictures lie by month in <c>pictures/2026/11/2026-11-23_16-40-12_000042.png</c>: local time and the
/// job's number, so that a folder sorts by time and no name says what a prompt said. Thumbnails and films have the picture's name in trees of their own,
/// which may be deleted at any time.
/// </summary>
internal sealed class ImageFiles
{
    /// <summary>Below it lie copies of pictures from elsewhere.</summary>
    public const string Foreign = "imported/";

    private const string TemporaryExtension = ".tmp";

    private static readonly string[] s_patterns = ["*.png", "*.jpg", "*.webp", "*.avif", "*.gif"];

    private readonly string _pictures;
    private readonly string _thumbnails;
    private readonly string _films;

    public ImageFiles(GalleryPaths paths)
    {
        _pictures = Path.Combine(paths.Root, "pictures");
        _thumbnails = Path.Combine(paths.Root, "thumbnails");
        _films = Path.Combine(paths.Root, "films");
    }

    /// <summary>Name for a new picture, below <c>pictures/</c>, with forward slashes.</summary>
    /// <param name="copy">From 2 on: a file of that name is there and is another picture.</param>
    public static string NameFor(DateTimeOffset localTime, long jobId, int copy = 1) => string.Create(
        CultureInfo.InvariantCulture, $"{localTime:yyyy'/'MM'/'yyyy-MM-dd_HH-mm-ss}_{jobId:000000}{(copy > 1 ? $"-{copy}" : "")}.png");

    public string PicturePath(string file) => Under(_pictures, file);

    public string ThumbnailPath(string file, ThumbnailSize size) =>
        Under(_thumbnails, string.Create(CultureInfo.InvariantCulture, $"{Path.ChangeExtension(file, null)}-{(int)size}.webp"));

    public string FilmPath(string file) => Under(_films, Path.ChangeExtension(file, ".webp"));

    /// <summary>The file is whole or not there: a temporary name in the same folder, flushed to the disk, moved.</summary>
    public static async Task WriteAsync(string path, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string temporary = path + TemporaryExtension;
        try
        {
            await using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous))
            {
                await file.WriteAsync(bytes, cancellationToken);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Names of all pictures below <c>pictures/</c>; folders that cannot be read are passed over.</summary>
    public IReadOnlyList<string> ListPictures() => [.. s_patterns.SelectMany(pattern => List(_pictures, pattern)).Select(path => Path.GetRelativePath(_pictures, path).Replace('\\', '/'))];

    /// <summary>
    /// Ends what a crash interrupted. A temporary PNG that is whole was about to be moved (or its move was lost in a power cut) and is moved now;
    /// all others are deleted.
    /// </summary>
    /// <returns>How many were completed and how many deleted.</returns>
    public (int Completed, int Deleted) FinishTemporaryFiles()
    {
        int completed = 0, deleted = 0;
        string[] temporaries =
        [
            .. s_patterns.SelectMany(pattern => List(_pictures, pattern + TemporaryExtension)),
            .. List(_thumbnails, "*.webp" + TemporaryExtension),
            .. List(_films, "*.webp" + TemporaryExtension),
        ];
        foreach (string temporary in temporaries)
        {
            string path = temporary[..^TemporaryExtension.Length];
            if (path.EndsWith(".png", StringComparison.OrdinalIgnoreCase) && !File.Exists(path) && IsIntact(temporary))
            {
                File.Move(temporary, path);
                completed++;
            }
            else
            {
                File.Delete(temporary);
                deleted++;
            }
        }

        return (completed, deleted);
    }

    /// <summary>What the PNG says of itself; null when it is none of ours.</summary>
    public (PictureRecord Record, int Width, int Height)? ReadRecord(string file)
    {
        try
        {
            using FileStream png = File.OpenRead(PicturePath(file));
            string? text = PngText.Read(png).FirstOrDefault(text => text.Key == PictureRecord.Keyword).Value;
            return PictureRecord.TryRead(text) is { } record && PngChunks.ReadSize(png) is { } size ? (record, size.Width, size.Height) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Frames in the film beside a picture; 0 when there is none.</summary>
    public int CountFilmFrames(string file, int width, int height)
    {
        string path = FilmPath(file);
        try
        {
            return File.Exists(path) ? FilmStrip.CountFrames(path, width, height) : 0;
        }
        catch (NetVips.VipsException)
        {
            return 0;
        }
    }

    /// <summary>The picture and all made from it.</summary>
    public void Delete(string file)
    {
        DeleteIfThere(ThumbnailPath(file, ThumbnailSize.Small));
        DeleteIfThere(ThumbnailPath(file, ThumbnailSize.Large));
        DeleteIfThere(FilmPath(file));
        DeleteIfThere(PicturePath(file));
    }

    private static void DeleteIfThere(string path)
    {
        // File.Delete is silent about a missing file, but not about a missing folder.
        if (File.Exists(path))
        {
            File.Delete(path);
        }
    }

    private static bool IsIntact(string path)
    {
        using FileStream png = File.OpenRead(path);
        return PngChunks.IsIntact(png);
    }

    private static IEnumerable<string> List(string folder, string pattern) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, pattern, new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, MaxRecursionDepth = 8 })
        : [];

    private static string Under(string folder, string file)
    {
        string path = Path.GetFullPath(Path.Combine(folder, file));
        ArgumentOutOfRangeException.ThrowIfNotEqual(path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal), true, nameof(file));
        return path;
    }
}
