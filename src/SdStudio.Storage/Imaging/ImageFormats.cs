namespace SdStudio.Storage.Imaging;

/// <summary>Names, media types and first bytes of the <see cref="ImageFormat"/>s.</summary>
public static class ImageFormats
{
    /// <summary>So many first bytes tell every format.</summary>
    public const int SampleLength = 64;

    /// <summary>Those that pictures can be written in, the plainest first.</summary>
    public static IReadOnlyList<ImageFormat> Written { get; } = [ImageFormat.Png, ImageFormat.Jpeg, ImageFormat.WebP, ImageFormat.Avif];

    /// <param name="start">The first bytes of a file, <see cref="SampleLength"/> of them where it has so many.</param>
    /// <returns>Null for anything else.</returns>
    public static ImageFormat? Recognise(ReadOnlySpan<byte> start) =>
        start.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]) ? ImageFormat.Png
        : start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? ImageFormat.Jpeg
        : start.StartsWith("GIF87a"u8) || start.StartsWith("GIF89a"u8) ? ImageFormat.Gif
        : start.Length >= 12 && start.StartsWith("RIFF"u8) && start[8..12].SequenceEqual("WEBP"u8) ? ImageFormat.WebP
        : start.Length >= 16 && start[4..8].SequenceEqual("ftyp"u8) && IsAvif(start[8..]) ? ImageFormat.Avif
        : null;

    /// <summary>"image/png".</summary>
    public static string MediaType(this ImageFormat format) => format switch
    {
        ImageFormat.Jpeg => "image/jpeg",
        ImageFormat.WebP => "image/webp",
        ImageFormat.Avif => "image/avif",
        ImageFormat.Gif => "image/gif",
        _ => "image/png",
    };

    /// <summary>With its dot: ".png".</summary>
    public static string Extension(this ImageFormat format) => format switch
    {
        ImageFormat.Jpeg => ".jpg",
        ImageFormat.WebP => ".webp",
        ImageFormat.Avif => ".avif",
        ImageFormat.Gif => ".gif",
        _ => ".png",
    };

    /// <summary>For people: "PNG".</summary>
    public static string Name(this ImageFormat format) => format switch
    {
        ImageFormat.Jpeg => "JPEG",
        ImageFormat.WebP => "WebP",
        ImageFormat.Avif => "AVIF",
        ImageFormat.Gif => "GIF",
        _ => "PNG",
    };

    /// <summary>By the extension that this program gave a file after its content was looked at.</summary>
    public static ImageFormat OfOwnName(string file) => Path.GetExtension(file) switch
    {
        ".jpg" => ImageFormat.Jpeg,
        ".webp" => ImageFormat.WebP,
        ".avif" => ImageFormat.Avif,
        ".gif" => ImageFormat.Gif,
        _ => ImageFormat.Png,
    };

    /// <summary>The major brand, or one of the compatible ones that the sample still holds.</summary>
    private static bool IsAvif(ReadOnlySpan<byte> brands)
    {
        for (int i = 0; i + 4 <= brands.Length; i += 4)
        {
            // At 4 stands the minor version.
            if (i != 4 && (brands.Slice(i, 4).SequenceEqual("avif"u8) || brands.Slice(i, 4).SequenceEqual("avis"u8)))
            {
                return true;
            }
        }

        return false;
    }
}
