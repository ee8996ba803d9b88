using NetVips;
using SdStudio.Diffusion.Imaging;

namespace SdStudio.Storage.Imaging;

/// <summary>Small WebP copies of pictures.</summary>
internal static class Thumbnails
{
    private const int Quality = 80;

    /// <summary>How hard the encoder tries, 0 to 6: 2 is half the time of the default for a few percent of size.</summary>
    private const int Effort = 2;

    /// <param name="longestSide">Pixels; a smaller picture keeps its size.</param>
    public static byte[] Encode(RgbImage image, int longestSide)
    {
        using Image pixels = Vips.ToImage(image);
        return Encode(pixels, longestSide);
    }

    /// <exception cref="VipsException">The file is damaged.</exception>
    public static byte[] Encode(string path, int longestSide)
    {
        // From the file, so that a large JPEG is shrunk while it is decoded; turned as its EXIF says.
        using Image small = Vips.Thumbnail(path, longestSide);
        return Save(small);
    }

    private static byte[] Encode(Image pixels, int longestSide)
    {
        using Image small = pixels.ThumbnailImage(longestSide, height: longestSide, size: Enums.Size.Down);
        return Save(small);
    }

    internal static byte[] Save(Image image) => image.WebpsaveBuffer(q: Quality, effort: Effort, keep: Enums.ForeignKeep.None);
}
