using System.IO.Compression;
using System.Text;
using NetVips;
using SdStudio.Storage.Imaging;

namespace SdStudio.Storage.Metadata.Carriers;

/// <summary>
/// The text that hides in the lowest bits of a PNG's pixels, column by column: in the alpha channel (NovelAI and the "stealth" extension of the web
/// UI), or in the three colours. It survives sites that strip text chunks.
/// </summary>
internal static class StealthText
{
    /// <summary>More pixels than this are not decoded for it.</summary>
    private const long MostPixels = 64L * 1024 * 1024;

    private const int MarkLength = 15;

    private static readonly (string Mark, bool IsAlpha, bool IsCompressed)[] s_marks =
    [
        ("stealth_pnginfo", true, false),
        ("stealth_pngcomp", true, true),
        ("stealth_rgbinfo", false, false),
        ("stealth_rgbcomp", false, true),
    ];

    /// <param name="png">Seekable.</param>
    /// <returns>Null where none hides.</returns>
    public static string? Read(Stream png)
    {
        if (PngChunks.ReadSize(png) is not var (width, height) || (long)width * height > MostPixels || (long)width * height < (MarkLength + 4) * 8 / 3)
        {
            return null;
        }

        try
        {
            png.Position = 0;
            using Image image = Vips.Open(png);
            if (image.Format != Enums.BandFormat.Uchar || image.Bands is not (3 or 4))
            {
                return null;
            }

            // The mark stands in the first columns, so those decide whether the rest is looked at.
            byte[] pixels = image.WriteToMemory<byte>();
            return (image.Bands == 4 ? Read(new Bits(pixels, image.Width, image.Height, 4, isAlpha: true)) : null)
                ?? Read(new Bits(pixels, image.Width, image.Height, image.Bands, isAlpha: false));
        }
        catch (VipsException)
        {
            // Its pixels are broken; what its chunks said was read without them.
            return null;
        }
    }

    private static string? Read(Bits bits)
    {
        if (bits.Next(MarkLength) is not { } start || Array.Find(s_marks, row => Encoding.Latin1.GetString(start) == row.Mark) is not { Mark: not null } mark || mark.IsAlpha != bits.IsAlpha
            || bits.Next(4) is not { } head)
        {
            return null;
        }

        // In bits, not bytes.
        long length = ((long)head[0] << 24 | (long)head[1] << 16 | (long)head[2] << 8 | head[3]) / 8;
        return length > PngText.MaximumTextLength || bits.Next((int)length) is not { } body ? null
            : mark.IsCompressed ? Inflate(body)
            : Encoding.UTF8.GetString(body);
    }

    private static string? Inflate(byte[] compressed)
    {
        try
        {
            using var gzip = new GZipStream(new MemoryStream(compressed), CompressionMode.Decompress);
            using var text = new MemoryStream();
            byte[] block = new byte[16 * 1024];
            for (int count; (count = gzip.Read(block)) > 0;)
            {
                if (text.Length + count > PngText.MaximumTextLength)
                {
                    return null;
                }

                text.Write(block, 0, count);
            }

            return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>The lowest bits as bytes, the first bit the highest; column after column, and within a pixel red, green, blue.</summary>
    private sealed class Bits(byte[] pixels, int width, int height, int bands, bool isAlpha)
    {
        private readonly int _perPixel = isAlpha ? 1 : 3;
        private long _next;

        public bool IsAlpha => isAlpha;

        /// <returns>Null where there are not so many.</returns>
        public byte[]? Next(int count)
        {
            if (((long)count * 8) + _next > (long)width * height * _perPixel)
            {
                return null;
            }

            byte[] bytes = new byte[count];
            for (long i = 0; i < (long)count * 8; i++, _next++)
            {
                long pixel = _next / _perPixel;
                int band = isAlpha ? 3 : (int)(_next % 3);
                long place = (((pixel % height) * width) + (pixel / height)) * bands;
                bytes[i / 8] = (byte)((bytes[i / 8] << 1) | (pixels[place + band] & 1));
            }

            return bytes;
        }
    }
}
