using System.Buffers.Binary;
using System.Text;

namespace SdStudio.Storage.Metadata.Carriers;

/// <summary>
/// The texts of an EXIF block (CIPA DC-008): comment, description, software and the like. And the one text that A1111 writes into JPEG, WebP and
/// AVIF: the user comment, in UTF-16 of the big endian whatever the block's own order, as piexif lays it out.
/// </summary>
internal static class ExifText
{
    /// <summary>Bytes; an EXIF block of a JPEG has 64 KB at most, those of other formats may be longer.</summary>
    public const int LongestBlock = 4 * 1024 * 1024;

    private const int MostEntries = 512;
    private const int UserComment = 0x9286, ExifPointer = 0x8769;

    private static readonly Dictionary<int, string> s_names = new()
    {
        [0x010E] = "ImageDescription",
        [0x010F] = "Make",
        [0x0110] = "Model",
        [0x0131] = "Software",
        [0x9C9C] = "XPComment",
        [0x9C9B] = "XPTitle",
        [0x9C9F] = "XPSubject",
        [UserComment] = CarriedTexts.UserComment,
    };

    private static ReadOnlySpan<byte> Header => "Exif\0\0"u8;

    /// <param name="block">With or without "Exif" in front.</param>
    public static IReadOnlyList<KeyValuePair<string, string>> Read(ReadOnlySpan<byte> block)
    {
        ReadOnlySpan<byte> tiff = block.StartsWith(Header) ? block[Header.Length..] : block;
        if (tiff.Length < 14)
        {
            return [];
        }

        bool isLittle = tiff.StartsWith("II*\0"u8);
        if (!isLittle && !tiff.StartsWith("MM\0*"u8))
        {
            return [];
        }

        var texts = new List<KeyValuePair<string, string>>();
        // The two directories that texts stand in. Further ones, and links between them, are not followed, so that no file can lead in a circle.
        if (ReadDirectory(tiff, Number(tiff[4..], isLittle), isLittle, texts) is { } pointer)
        {
            ReadDirectory(tiff, pointer, isLittle, texts);
        }

        return texts;
    }

    /// <summary>A block, without "Exif" in front, that says nothing but a user comment.</summary>
    public static byte[] Write(string userComment)
    {
        const int DirectoryAt = 8, ExifAt = DirectoryAt + 2 + 12 + 4, TextAt = ExifAt + 2 + 12 + 4;
        byte[] text = [.. "UNICODE\0"u8, .. Encoding.BigEndianUnicode.GetBytes(userComment)];
        byte[] block = new byte[TextAt + text.Length];
        "MM\0*"u8.CopyTo(block);
        BinaryPrimitives.WriteInt32BigEndian(block.AsSpan(4), DirectoryAt);
        WriteDirectory(block.AsSpan(DirectoryAt), ExifPointer, type: 4, count: 1, value: ExifAt);
        WriteDirectory(block.AsSpan(ExifAt), UserComment, type: 7, count: text.Length, value: TextAt);
        text.CopyTo(block, TextAt);
        return block;
    }

    private static void WriteDirectory(Span<byte> at, int tag, int type, int count, int value)
    {
        BinaryPrimitives.WriteInt16BigEndian(at, 1);
        BinaryPrimitives.WriteUInt16BigEndian(at[2..], (ushort)tag);
        BinaryPrimitives.WriteInt16BigEndian(at[4..], (short)type);
        BinaryPrimitives.WriteInt32BigEndian(at[6..], count);
        BinaryPrimitives.WriteInt32BigEndian(at[10..], value);
    }

    /// <returns>Where the EXIF directory lies, when this one points to it.</returns>
    private static uint? ReadDirectory(ReadOnlySpan<byte> tiff, uint offset, bool isLittle, List<KeyValuePair<string, string>> texts)
    {
        if (offset > tiff.Length - 2)
        {
            return null;
        }

        uint? pointer = null;
        int entries = Math.Min(Short(tiff[(int)offset..], isLittle), MostEntries);
        for (int i = 0; i < entries; i++)
        {
            long at = offset + 2L + (12L * i);
            if (at > tiff.Length - 12)
            {
                break;
            }

            ReadOnlySpan<byte> entry = tiff.Slice((int)at, 12);
            int tag = Short(entry, isLittle);
            if (tag == ExifPointer)
            {
                pointer = Number(entry[8..], isLittle);
            }
            else if (s_names.TryGetValue(tag, out string? name) && Value(tiff, entry, isLittle) is { IsEmpty: false } value)
            {
                texts.Add(new(name, tag == UserComment ? Comment(value) : name.StartsWith("XP", StringComparison.Ordinal) ? Plain(Encoding.Unicode.GetString(value)) : Plain(Utf8(value))));
            }
        }

        return pointer;
    }

    private static ReadOnlySpan<byte> Value(ReadOnlySpan<byte> tiff, ReadOnlySpan<byte> entry, bool isLittle)
    {
        // Bytes, ASCII and undefined: all that texts come in.
        if (Short(entry[2..], isLittle) is not (1 or 2 or 7))
        {
            return [];
        }

        uint count = Number(entry[4..], isLittle);
        uint offset = Number(entry[8..], isLittle);
        return count <= 4 ? entry.Slice(8, (int)count)
            : offset <= tiff.Length && count <= tiff.Length - offset ? tiff.Slice((int)offset, (int)count)
            : [];
    }

    /// <summary>Eight bytes say the code; where they do not, the whole is UTF-8.</summary>
    private static string Comment(ReadOnlySpan<byte> value)
    {
        if (value.StartsWith("UNICODE\0"u8))
        {
            return Plain(Utf16(value[8..]));
        }

        return value.StartsWith("ASCII\0\0\0"u8) || value.StartsWith("\0\0\0\0\0\0\0\0"u8) ? Plain(Utf8(value[8..])) : Plain(Utf8(value));
    }

    /// <summary>The standard leaves the order to the block's, A1111 writes big, others little; text of any language has more low bytes of zero in its blanks and commas than in its high ones.</summary>
    private static string Utf16(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
        {
            return Encoding.BigEndianUnicode.GetString(text[2..]);
        }

        if (text.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]))
        {
            return Encoding.Unicode.GetString(text[2..]);
        }

        int big = 0, little = 0;
        for (int i = 0; i + 1 < text.Length; i += 2)
        {
            big += text[i] == 0 && text[i + 1] != 0 ? 1 : 0;
            little += text[i + 1] == 0 && text[i] != 0 ? 1 : 0;
        }

        return (little > big ? Encoding.Unicode : Encoding.BigEndianUnicode).GetString(text);
    }

    private static string Utf8(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text);

    private static string Plain(string text) => text.TrimEnd('\0').Replace("\0", "", StringComparison.Ordinal);

    private static int Short(ReadOnlySpan<byte> at, bool isLittle) => isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(at) : BinaryPrimitives.ReadUInt16BigEndian(at);

    private static uint Number(ReadOnlySpan<byte> at, bool isLittle) => isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(at) : BinaryPrimitives.ReadUInt32BigEndian(at);
}
