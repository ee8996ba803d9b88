using NetVips;
using SdStudio.Diffusion.Imaging;
using SdStudio.Storage.Imaging;

namespace SdStudio.Storage.Verification;

/// <summary>Two tries of a picture, encoded to be looked at.</summary>
public static class DifferencePicture
{
    /// <summary>Differences are shown this many times as strong: one of 32 or more is full light.</summary>
    public const int Gain = 8;

    /// <summary>Where the two differ: black where they are the same, brighter the more they differ. Same size required.</summary>
    public static RgbImage Of(RgbImage a, RgbImage b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        ArgumentOutOfRangeException.ThrowIfNotEqual((b.Width, b.Height), (a.Width, a.Height));
        ReadOnlySpan<byte> first = a.Pixels.Span, second = b.Pixels.Span;
        byte[] pixels = new byte[first.Length];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)Math.Min(255, Math.Abs(first[i] - second[i]) * Gain);
        }

        return new RgbImage(a.Width, a.Height, pixels);
    }

    /// <summary>As WebP, for a page.</summary>
    /// <param name="longestSide">Pixels; a larger picture is made smaller.</param>
    public static byte[] Encode(RgbImage picture, int longestSide)
    {
        ArgumentNullException.ThrowIfNull(picture);
        using Image whole = Vips.ToImage(picture);
        using Image small = whole.ThumbnailImage(longestSide, height: longestSide, size: Enums.Size.Down);
        return small.WebpsaveBuffer(q: 92, keep: Enums.ForeignKeep.None);
    }
}
