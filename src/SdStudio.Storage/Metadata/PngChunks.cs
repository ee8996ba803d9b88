using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace SdStudio.Storage.Metadata;

/// <summary>The chunks of a PNG, one after the other. Nothing is believed that the file's own length does not cover.</summary>
internal static class PngChunks
{
    /// <summary>Length of the signature and the IHDR chunk with which every PNG begins.</summary>
    public const int HeaderLength = 8 + 12 + 13;

    /// <summary>More chunks than this in one file are no picture.</summary>
    private const int MaximumChunks = 1_000_000;

    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Chunks up to IEND, or up to the first that runs past the end of the file.</summary>
    /// <param name="png">Seekable, at its start.</param>
    public static IEnumerable<PngChunk> Walk(Stream png)
    {
        byte[] head = new byte[8];
        if (png.ReadAtLeast(head, 8, throwOnEndOfStream: false) < 8 || !Signature.SequenceEqual(head))
        {
            yield break;
        }

        long offset = 8;
        for (int i = 0; i < MaximumChunks && offset + 12 <= png.Length; i++)
        {
            png.Position = offset;
            if (png.ReadAtLeast(head, 8, throwOnEndOfStream: false) < 8)
            {
                yield break;
            }

            uint length = BinaryPrimitives.ReadUInt32BigEndian(head);
            if (length > int.MaxValue || offset + 12 + length > png.Length || (i == 0 && !IsHeader(head, length)))
            {
                yield break;
            }

            var chunk = new PngChunk(Encoding.Latin1.GetString(head, 4, 4), offset, (int)length);
            yield return chunk;
            if (chunk.Type == "IEND")
            {
                yield break;
            }

            offset += chunk.TotalLength;
        }
    }

    /// <summary>Every chunk's checksum holds and the file ends with IEND.</summary>
    public static bool IsIntact(Stream png)
    {
        png.Position = 0;
        bool hasEnd = false;
        foreach (PngChunk chunk in Walk(png))
        {
            if (!ChecksumHolds(png, chunk))
            {
                return false;
            }

            hasEnd = chunk.Type == "IEND" && chunk.Offset + chunk.TotalLength == png.Length;
        }

        return hasEnd;
    }

    /// <summary>Width and height from IHDR; null when the file is no PNG.</summary>
    public static (int Width, int Height)? ReadSize(Stream png)
    {
        png.Position = 0;
        Span<byte> header = stackalloc byte[24];
        if (png.ReadAtLeast(header, 24, throwOnEndOfStream: false) < 24 || !Signature.SequenceEqual(header[..8]) || !IsHeader(header[8..], 13))
        {
            return null;
        }

        int width = BinaryPrimitives.ReadInt32BigEndian(header[16..]), height = BinaryPrimitives.ReadInt32BigEndian(header[20..]);
        return width > 0 && height > 0 ? (width, height) : null;
    }

    public static byte[] Write(string type, ReadOnlySpan<byte> body)
    {
        byte[] chunk = new byte[body.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, body.Length);
        Encoding.Latin1.GetBytes(type, chunk.AsSpan(4));
        body.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + body.Length), Crc32.HashToUInt32(chunk.AsSpan(4, body.Length + 4)));
        return chunk;
    }

    private static bool IsHeader(ReadOnlySpan<byte> head, uint length) => length == 13 && head[4..8].SequenceEqual("IHDR"u8);

    private static bool ChecksumHolds(Stream png, PngChunk chunk)
    {
        const int BlockLength = 64 * 1024;
        byte[] block = ArrayPool<byte>.Shared.Rent(BlockLength);
        try
        {
            var crc = new Crc32();
            png.Position = chunk.Offset + 4;
            for (long left = chunk.Length + 4L; left > 0;)
            {
                int count = png.Read(block, 0, (int)Math.Min(left, BlockLength));
                if (count == 0)
                {
                    return false;
                }

                crc.Append(block.AsSpan(0, count));
                left -= count;
            }

            return png.ReadAtLeast(block.AsSpan(0, 4), 4, throwOnEndOfStream: false) == 4
                && BinaryPrimitives.ReadUInt32BigEndian(block) == crc.GetCurrentHashAsUInt32();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }
}
