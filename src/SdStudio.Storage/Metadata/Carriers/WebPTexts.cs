using System.Buffers.Binary;
using System.Text;
using SdStudio.Storage.Imaging;

namespace SdStudio.Storage.Metadata.Carriers;

/// <summary>The texts of a WebP (RFC 9649): its EXIF and XMP chunks.</summary>
internal static class WebPTexts
{
    private const int MostChunks = 20_000;
    private const byte HasExif = 0x08, HasXmp = 0x04, HasAlpha = 0x10;

    public static CarriedTexts Read(Stream webp)
    {
        var texts = new List<KeyValuePair<string, string>>();
        (int Width, int Height) size = (0, 0);
        long offset = 12;
        for (int i = 0; i < MostChunks; i++)
        {
            if (TextCarrier.ReadPart(webp, offset, 8, 8) is not { } head)
            {
                break;
            }

            uint length = BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(4));
            string type = Encoding.Latin1.GetString(head, 0, 4);
            if (type == "EXIF" && TextCarrier.ReadPart(webp, offset + 8, length, ExifText.LongestBlock) is { } exif)
            {
                texts.AddRange(ExifText.Read(exif));
            }
            else if (type == "XMP " && TextCarrier.ReadPart(webp, offset + 8, length, XmpText.LongestPacket) is { } xmp)
            {
                texts.AddRange(XmpText.Read(Encoding.UTF8.GetString(xmp)));
            }
            else if (size.Width == 0 && TextCarrier.ReadPart(webp, offset + 8, Math.Min(length, 10), 10) is { } start)
            {
                size = Size(type, start) ?? size;
            }

            offset += 8 + length + (length & 1);
        }

        return new CarriedTexts(ImageFormat.WebP, size.Width, size.Height, texts);
    }

    /// <summary>A WebP without metadata, with these blocks behind its pixels: the extended form, which says in its header what it holds.</summary>
    /// <param name="webp">As libwebp writes it: one chunk of pixels, or the extended form already.</param>
    public static byte[] Insert(ReadOnlySpan<byte> webp, byte[] exif, byte[]? xmp)
    {
        byte flags = (byte)(HasExif | (xmp is null ? 0 : HasXmp));
        ReadOnlySpan<byte> chunks = webp[12..];
        byte[] header;
        if (chunks.StartsWith("VP8X"u8))
        {
            header = chunks[8..18].ToArray();
            header[0] |= flags;
            chunks = chunks[18..];
        }
        else
        {
            (int width, int height) = Size(Encoding.Latin1.GetString(chunks[..4]), chunks[8..18]) ?? throw new ArgumentException("This is no WebP of one picture.", nameof(webp));
            header = new byte[10];
            // A lossless stream says in its own header whether it has an alpha channel.
            header[0] = (byte)(flags | (chunks.StartsWith("VP8L"u8) && (chunks[12] & 0x10) != 0 ? HasAlpha : 0));
            Write24(header.AsSpan(4), width - 1);
            Write24(header.AsSpan(7), height - 1);
        }

        byte[] body = [.. "WEBP"u8, .. Chunk("VP8X"u8, header), .. chunks, .. Chunk("EXIF"u8, exif), .. xmp is null ? [] : Chunk("XMP "u8, xmp)];
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, body.Length);
        return [.. "RIFF"u8, .. length, .. body];
    }

    /// <summary>Without its EXIF and XMP chunks; pixels and colours stay as they are.</summary>
    public static byte[] Strip(ReadOnlySpan<byte> webp)
    {
        List<byte> body = [.. "WEBP"u8];
        for (int at = 12; webp.Length - at >= 8;)
        {
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(webp[(at + 4)..]);
            long end = Math.Min(at + 8L + length + (length & 1), webp.Length);
            ReadOnlySpan<byte> chunk = webp[at..(int)end];
            if (chunk.StartsWith("VP8X"u8) && chunk.Length > 8)
            {
                byte[] header = chunk.ToArray();
                header[8] &= unchecked((byte)~(HasExif | HasXmp));
                body.AddRange(header);
            }
            else if (!chunk.StartsWith("EXIF"u8) && !chunk.StartsWith("XMP "u8))
            {
                body.AddRange(chunk);
            }

            at = (int)end;
        }

        byte[] size = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(size, body.Count);
        return [.. "RIFF"u8, .. size, .. body];
    }

    private static byte[] Chunk(ReadOnlySpan<byte> type, byte[] body)
    {
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, body.Length);
        return [.. type, .. length, .. body, .. (body.Length & 1) == 1 ? [(byte)0] : Array.Empty<byte>()];
    }

    private static (int Width, int Height)? Size(string type, ReadOnlySpan<byte> start) => type switch
    {
        "VP8X" when start.Length >= 10 => (Read24(start[4..]) + 1, Read24(start[7..]) + 1),
        "VP8 " when start.Length >= 10 && start[3..6].SequenceEqual((ReadOnlySpan<byte>)[0x9D, 0x01, 0x2A]) =>
            (BinaryPrimitives.ReadUInt16LittleEndian(start[6..]) & 0x3FFF, BinaryPrimitives.ReadUInt16LittleEndian(start[8..]) & 0x3FFF),
        "VP8L" when start.Length >= 5 && start[0] == 0x2F => Lossless(BinaryPrimitives.ReadUInt32LittleEndian(start[1..])),
        _ => null,
    };

    private static (int Width, int Height) Lossless(uint bits) => ((int)(bits & 0x3FFF) + 1, (int)((bits >> 14) & 0x3FFF) + 1);

    private static int Read24(ReadOnlySpan<byte> at) => at[0] | (at[1] << 8) | (at[2] << 16);

    private static void Write24(Span<byte> at, int value) => (at[0], at[1], at[2]) = ((byte)value, (byte)(value >> 8), (byte)(value >> 16));
}
