using System.Security.Cryptography;
using NetVips;
using SdStudio.Diffusion;
using SdStudio.Storage.Imaging;
using SdStudio.Storage.Metadata;

namespace SdStudio.Storage.Import;

/// <summary>A picture of another program that was looked at and can come into the gallery.</summary>
/// <param name="Path">Full path.</param>
/// <param name="Content">SHA-256 of the file.</param>
/// <param name="Program">For people; empty where nothing says how it was made.</param>
/// <param name="CreatedAt">When its file was written.</param>
internal sealed record ForeignPicture(string Path, string Content, ImageFormat Format, int Width, int Height, ImageRecipe Recipe, string Program, DateTimeOffset CreatedAt)
{
    /// <summary>Bytes; what is larger is no picture of this field.</summary>
    public const long LongestFile = 256L * 1024 * 1024;

    private const long LongestSidecar = 1024 * 1024;
    private const int LargestSide = 65535;

    /// <summary>The record that this program wrote into it, by which one of its own is known.</summary>
    public (Guid Studio, long Job)? Own { get; init; }

    /// <returns>Null for what is no picture, or a broken one.</returns>
    public static ForeignPicture? Look(string path)
    {
        try
        {
            var info = new FileInfo(path);
            if (!info.Exists || info.Length is 0 or > LongestFile)
            {
                return null;
            }

            using FileStream file = new(path, new FileStreamOptions { Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 64 * 1024 });
            PictureReading reading = PictureReader.Read(file);
            if (reading.Format is not { } format || Size(path, reading) is not var (width, height))
            {
                return null;
            }

            ReadRecipe? recipe = reading.Recipe ?? Beside(path);
            file.Position = 0;
            string content = Convert.ToHexStringLower(SHA256.HashData(file));
            return new ForeignPicture(path, content, format, width, height, recipe?.Recipe ?? Unknown(width, height), recipe?.Program ?? "", WrittenAt(info)) { Own = OwnRecord(file, recipe) };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static ImageRecipe Unknown(int width, int height) => new() { Checkpoint = ReadRecipe.UnknownModel, Width = width, Height = height, Seed = 0 };

    private static (Guid, long)? OwnRecord(FileStream file, ReadRecipe? recipe) =>
        recipe is { Program: "SdStudio" } && PictureRecord.TryRead(PngText.Read(file).FirstOrDefault(text => text.Key == PictureRecord.Keyword).Value) is { } record ? (record.Studio, record.Job) : null;

    /// <summary>The web UI can write the text into a file beside the picture.</summary>
    private static ReadRecipe? Beside(string path)
    {
        var sidecar = new FileInfo(System.IO.Path.ChangeExtension(path, ".txt"));
        return sidecar.Exists && sidecar.Length is > 0 and <= LongestSidecar ? PictureReader.Read(File.ReadAllText(sidecar.FullName)).Recipe : null;
    }

    private static (int Width, int Height)? Size(string path, PictureReading reading)
    {
        if (reading is { Width: > 0 and <= LargestSide, Height: > 0 and <= LargestSide })
        {
            return (reading.Width, reading.Height);
        }

        try
        {
            using Image image = Vips.OpenAny(path);
            return (image.Width, image.Height);
        }
        catch (VipsException)
        {
            return null;
        }
    }

    private static DateTimeOffset WrittenAt(FileInfo file)
    {
        DateTimeOffset written = file.LastWriteTimeUtc;
        return written.Year is >= 1980 and <= 2200 ? written : DateTimeOffset.UnixEpoch.AddYears(10);
    }
}
