using System.Text;
using SdStudio.Storage.Imaging;

namespace SdStudio.Storage.Metadata.Carriers;

/// <summary>The texts of a JPEG (ITU T.81): its EXIF and XMP segments and its comments.</summary>
internal static class JpegTexts
{
    private const int MostSegments = 1000;
    private const int App1 = 0xE1, Comment = 0xFE, StartOfScan = 0xDA;

    private static ReadOnlySpan<byte> ExifMark => "Exif\0\0"u8;

    private static ReadOnlySpan<byte> XmpMark => "http://ns.adobe.com/xap/1.0/\0"u8;

    public static CarriedTexts Read(Stream jpeg)
    {
        var texts = new List<KeyValuePair<string, string>>();
        int width = 0, height = 0;
        foreach ((int marker, byte[] body) in Segments(jpeg))
        {
            ReadOnlySpan<byte> span = body;
            if (marker == App1 && span.StartsWith(ExifMark))
            {
                texts.AddRange(ExifText.Read(span));
            }
            else if (marker == App1 && span.StartsWith(XmpMark))
            {
                texts.AddRange(XmpText.Read(Encoding.UTF8.GetString(span[XmpMark.Length..])));
            }
            else if (marker == Comment)
            {
                texts.Add(new("comment", Encoding.UTF8.GetString(span).TrimEnd('\0')));
            }
            else if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                (height, width) = (TextCarrier.BigEndian16(span, 1) ?? 0, TextCarrier.BigEndian16(span, 3) ?? 0);
            }
        }

        return new CarriedTexts(ImageFormat.Jpeg, width, height, texts);
    }

    /// <summary>A JPEG without EXIF, with these blocks behind its first segment.</summary>
    /// <exception cref="ArgumentException">A text is too long for a segment, which holds 64 KB.</exception>
    public static byte[] Insert(ReadOnlySpan<byte> jpeg, byte[] exif, byte[]? xmp)
    {
        byte[] segments = [.. Segment(ExifMark, exif), .. xmp is null ? [] : Segment(XmpMark, xmp)];
        // EXIF comes before JFIF's own segment, as the standard has it.
        return [.. jpeg[..2], .. segments, .. jpeg[2..]];
    }

    /// <summary>Without EXIF, XMP, comments and what other programs keep beside the pixels; colour profiles and Adobe's own segment stay, since pixels need them.</summary>
    /// <param name="jpeg">Seekable.</param>
    public static byte[] Strip(Stream jpeg)
    {
        using var kept = new MemoryStream();
        kept.Write([0xFF, 0xD8]);
        long rest = 2;
        foreach ((int marker, byte[] body) in Segments(jpeg))
        {
            // Where the last segment ended: filling bytes and all.
            rest = jpeg.Position;
            if (marker is not (Comment or App1 or >= 0xE3 and <= 0xED))
            {
                kept.Write([0xFF, (byte)marker, (byte)((body.Length + 2) >> 8), (byte)(body.Length + 2)]);
                kept.Write(body);
            }
        }

        jpeg.Position = rest;
        jpeg.CopyTo(kept);
        return kept.ToArray();
    }

    private static byte[] Segment(ReadOnlySpan<byte> mark, byte[] body)
    {
        int length = 2 + mark.Length + body.Length;
        if (length > ushort.MaxValue)
        {
            throw new ArgumentException("A text is too long for a JPEG.", nameof(body));
        }

        return [0xFF, App1, (byte)(length >> 8), (byte)length, .. mark, .. body];
    }

    /// <summary>Up to the first scan: behind it come pixels.</summary>
    private static IEnumerable<(int Marker, byte[] Body)> Segments(Stream jpeg)
    {
        long offset = 2;
        for (int i = 0; i < MostSegments; i++)
        {
            if (TextCarrier.ReadPart(jpeg, offset, 4, 4) is not [0xFF, var marker, var high, var low])
            {
                yield break;
            }

            if (marker == 0xFF)
            {
                // A filling byte.
                offset++;
                continue;
            }

            if (marker is 0x01 or >= 0xD0 and <= 0xD8)
            {
                offset += 2;
                continue;
            }

            int length = (high << 8) | low;
            if (marker is StartOfScan or 0xD9 || length < 2 || TextCarrier.ReadPart(jpeg, offset + 4, length - 2, ushort.MaxValue) is not { } body)
            {
                yield break;
            }

            yield return (marker, body);
            offset += 2L + length;
        }
    }
}
