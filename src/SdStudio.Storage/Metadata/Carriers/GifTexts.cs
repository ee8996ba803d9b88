using System.Buffers.Binary;
using System.Text;
using SdStudio.Storage.Imaging;

namespace SdStudio.Storage.Metadata.Carriers;

/// <summary>The texts of a GIF (GIF89a): its comment extensions.</summary>
internal static class GifTexts
{
    private const int MostBlocks = 100_000;
    private const int LongestComment = 1024 * 1024;
    private const int Extension = 0x21, Frame = 0x2C, Comment = 0xFE;

    public static CarriedTexts Read(Stream gif)
    {
        var texts = new List<KeyValuePair<string, string>>();
        if (TextCarrier.ReadPart(gif, 6, 7, 7) is not { } screen)
        {
            return new CarriedTexts(ImageFormat.Gif, 0, 0, texts);
        }

        int width = BinaryPrimitives.ReadUInt16LittleEndian(screen), height = BinaryPrimitives.ReadUInt16LittleEndian(screen.AsSpan(2));
        // Of an animation every frame is walked over, block by block; their number bounds the walk.
        int left = MostBlocks;
        gif.Position = 13 + PaletteLength(screen[4]);
        while (left-- > 0)
        {
            int kind = gif.ReadByte();
            if (kind == Extension)
            {
                bool isComment = gif.ReadByte() == Comment;
                if (ReadBlocks(gif, isComment, ref left) is { } comment)
                {
                    texts.Add(new("comment", comment));
                }
            }
            else if (kind == Frame && TextCarrier.ReadPart(gif, gif.Position, 9, 9) is { } frame)
            {
                // The palette, and one byte that says how wide the codes are.
                gif.Position += PaletteLength(frame[8]) + 1;
                ReadBlocks(gif, keep: false, ref left);
            }
            else
            {
                break;
            }
        }

        return new CarriedTexts(ImageFormat.Gif, width, height, texts);
    }

    private static string? ReadBlocks(Stream gif, bool keep, ref int left)
    {
        using var text = new MemoryStream();
        byte[] block = new byte[255];
        while (left-- > 0)
        {
            int length = gif.ReadByte();
            if (length <= 0)
            {
                break;
            }

            if (!keep || text.Length > LongestComment)
            {
                gif.Position += length;
            }
            else
            {
                text.Write(block, 0, gif.ReadAtLeast(block.AsSpan(0, length), length, throwOnEndOfStream: false));
            }
        }

        return keep ? Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length).TrimEnd('\0') : null;
    }

    private static int PaletteLength(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 0x07) + 1);
}
