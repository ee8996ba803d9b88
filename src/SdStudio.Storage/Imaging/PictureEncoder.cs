using NetVips;
using SdStudio.Diffusion.Imaging;

namespace SdStudio.Storage.Imaging;

/// <summary>Pixels into files of any format that is written here, without texts.</summary>
public static class PictureEncoder
{
    private const int JpegQuality = 92, WebPQuality = 90, AvifQuality = 75;

    /// <summary>How hard the AV1 encoder tries, 0 to 9: a picture of a million pixels takes about a second at 3.</summary>
    private const int AvifEffort = 3;

    private static readonly Lazy<bool> s_canWriteAvif = new(ProbeAvif);

    /// <summary>Whether this machine's image library can write AVIF: it is built with or without an encoder for it.</summary>
    public static bool CanWriteAvif => s_canWriteAvif.Value;

    /// <summary>Those of <see cref="ImageFormats.Written"/> that this machine can write.</summary>
    public static IReadOnlyList<ImageFormat> Formats => CanWriteAvif ? ImageFormats.Written : [.. ImageFormats.Written.Where(format => format != ImageFormat.Avif)];

    public static byte[] Encode(RgbImage image, ImageFormat format)
    {
        ArgumentNullException.ThrowIfNull(image);
        using Image pixels = Vips.ToImage(image);
        return Encode(pixels, format);
    }

    /// <summary>A picture file of any readable format in another; of an animation the first frame.</summary>
    /// <exception cref="VipsException">The file is damaged, or no picture.</exception>
    internal static byte[] Convert(string path, ImageFormat format)
    {
        using Image opened = Vips.OpenAny(path);
        using Image upright = opened.Autorot();
        return Encode(upright, format);
    }

    internal static byte[] Encode(Image image, ImageFormat format)
    {
        using Image pixels = format == ImageFormat.Jpeg && image.HasAlpha() ? image.Flatten([255]) : image.Copy();
        return format switch
        {
            // Colours of four bands (print) become those of a screen by the savers themselves.
            ImageFormat.Jpeg => pixels.JpegsaveBuffer(q: JpegQuality, subsampleMode: Enums.ForeignSubsample.Off, keep: Enums.ForeignKeep.Icc),
            ImageFormat.WebP => pixels.WebpsaveBuffer(q: WebPQuality, keep: Enums.ForeignKeep.Icc),
            ImageFormat.Avif => pixels.HeifsaveBuffer(q: AvifQuality, effort: AvifEffort, compression: Enums.ForeignHeifCompression.Av1, bitdepth: 8, keep: Enums.ForeignKeep.Icc),
            ImageFormat.Png => pixels.PngsaveBuffer(compression: 3, filter: Enums.ForeignPngFilter.Up, keep: Enums.ForeignKeep.Icc),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "This format is read and not written."),
        };
    }

    private static bool ProbeAvif()
    {
        try
        {
            return Encode(new RgbImage(16, 16, new byte[16 * 16 * 3]), ImageFormat.Avif).Length > 0;
        }
        catch (VipsException)
        {
            return false;
        }
    }
}
