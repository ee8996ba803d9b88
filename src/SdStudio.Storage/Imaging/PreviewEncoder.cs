using NetVips;
using SdStudio.Diffusion.Imaging;

namespace SdStudio.Storage.Imaging;

/// <summary>Preview frames as small JPEGs: one is sent to every watcher at every step.</summary>
public static class PreviewEncoder
{
    /// <summary>Pixels; smaller pictures are enlarged to this, smoothly, but not beyond <see cref="Enlargement"/>.</summary>
    public const int LongestSide = 256;

    /// <summary>Times at most: after that a browser's own smoothing looks the same, and small models pay for every pixel.</summary>
    public const int Enlargement = 8;

    /// <summary>Bytes above which a frame is encoded more coarsely.</summary>
    public const int TargetLength = 10 * 1024;

    /// <summary>Tried in turn; the last is taken as it comes.</summary>
    private static readonly int[] s_qualities = [78, 50, 30];

    /// <param name="image">Usually one pixel a latent cell.</param>
    public static byte[] Encode(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        double scale = Math.Min((double)LongestSide / Math.Max(image.Width, image.Height), Enlargement);
        using Image pixels = scale < 1 ? Shrink(image) : Enlarge(image, scale);
        byte[] jpeg = [];
        foreach (int quality in s_qualities)
        {
            jpeg = pixels.JpegsaveBuffer(q: quality, keep: Enums.ForeignKeep.None);

            // Only the first steps of large pictures, which are nearly noise, come here a second time.
            if (jpeg.Length <= TargetLength)
            {
                break;
            }
        }

        return jpeg;
    }

    private static Image Enlarge(RgbImage image, double scale) => Vips.ToImage(scale == 1
        ? image
        : SmoothEnlargement.To(image, Math.Max(1, (int)Math.Round(image.Width * scale)), Math.Max(1, (int)Math.Round(image.Height * scale))));

    private static Image Shrink(RgbImage image)
    {
        using Image pixels = Vips.ToImage(image);
        using Image small = pixels.ThumbnailImage(LongestSide, height: LongestSide);
        return small.CopyMemory();
    }
}
