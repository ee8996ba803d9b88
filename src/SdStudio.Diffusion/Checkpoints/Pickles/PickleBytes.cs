using System.Buffers.Binary;
using System.Text;

namespace SdStudio.Diffusion.Checkpoints.Pickles;

/// <summary>The bytes of a pickle, read from front to back. No length in them is believed before the bytes are seen to be there.</summary>
internal sealed class PickleBytes
{
    /// <summary>Characters of a module's or a class's name.</summary>
    private const int LongestLine = 1000;

    private readonly byte[] _bytes;
    private readonly string _path;

    /// <param name="path">For messages.</param>
    public PickleBytes(byte[] bytes, string path)
    {
        (_bytes, _path) = (bytes, path);
    }

    /// <summary>Bytes read so far.</summary>
    public int Position { get; private set; }

    public byte Byte() => Bytes(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Bytes(4));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Bytes(8));

    public double BigEndianDouble() => BinaryPrimitives.ReadDoubleBigEndian(Bytes(8));

    /// <exception cref="CheckpointException">There are not so many.</exception>
    public ReadOnlySpan<byte> Bytes(ulong count)
    {
        if (count > (ulong)(_bytes.Length - Position))
        {
            throw PickleFault.Truncated(_path);
        }

        Position += (int)count;
        return _bytes.AsSpan(Position - (int)count, (int)count);
    }

    public string Text(ulong count) => Encoding.UTF8.GetString(Bytes(count));

    /// <summary>Up to the end of a line, without it.</summary>
    public string Line()
    {
        ReadOnlySpan<byte> rest = _bytes.AsSpan(Position, Math.Min(LongestLine, _bytes.Length - Position));
        int end = rest.IndexOf((byte)'\n');
        if (end < 0)
        {
            throw rest.Length < LongestLine ? PickleFault.Truncated(_path) : PickleFault.Damaged(_path, "it names something in more letters than any name has");
        }

        Position += end + 1;
        return Encoding.UTF8.GetString(rest[..end]);
    }

    /// <summary>A little-endian whole number in two's complement, of up to eight bytes.</summary>
    /// <returns>Null for a longer one.</returns>
    public long? Integer(ulong count)
    {
        ReadOnlySpan<byte> bytes = Bytes(count);
        if (bytes.Length > sizeof(long))
        {
            return null;
        }

        long value = bytes.Length > 0 && (bytes[^1] & 0x80) != 0 ? -1 : 0;
        for (int i = bytes.Length - 1; i >= 0; i--)
        {
            value = (value << 8) | bytes[i];
        }

        return value;
    }
}
