using System.Buffers.Binary;
using System.Text;

namespace SdStudio.Diffusion.Checkpoints.Pickles;

/// <summary>
/// The table of contents of a zip archive as torch writes it: nothing is compressed, so every entry is a stretch of the file and none
/// can grow. Names in it are only compared, never made into paths.
/// </summary>
internal sealed class PickleArchive
{
    private const uint LocalSignature = 0x04034B50, EntrySignature = 0x02014B50, EndSignature = 0x06054B50;
    private const uint LongEndSignature = 0x06064B50, LongLocatorSignature = 0x07064B50;
    private const int LocalLength = 30, EntryLength = 46, EndLength = 22, LongEndLength = 56, LongLocatorLength = 20;
    private const int LongestComment = ushort.MaxValue;

    /// <summary>Bytes; a model of ten thousand tensors needs two million.</summary>
    private const int LongestDirectory = 64_000_000;

    private readonly Stream _stream;
    private readonly string _path;
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <param name="stream">Stays the caller's.</param>
    /// <param name="path">For messages.</param>
    /// <exception cref="CheckpointException">The archive is damaged.</exception>
    public PickleArchive(Stream stream, string path)
    {
        (_stream, _path) = (stream, path);
        (long start, long length) = FindDirectory();
        ReadDirectory(Read(start, (int)length));
    }

    private readonly record struct Entry(ushort Flags, ushort Method, long PackedLength, long Length, long LocalOffset);

    public IEnumerable<string> Names => _entries.Keys;

    public bool Contains(string name) => _entries.ContainsKey(name);

    /// <returns>The entry's bytes in the file.</returns>
    /// <exception cref="CheckpointException">It is compressed, encrypted, or not where the table says.</exception>
    public (long Offset, long Length) Locate(string name)
    {
        Entry entry = _entries[name];
        if (entry.Method != 0 || (entry.Flags & 1) != 0 || entry.PackedLength != entry.Length)
        {
            throw PickleFault.Damaged(_path, $"{Wording.Quote(name)} in it is compressed, which torch never writes");
        }

        byte[] local = Read(entry.LocalOffset, LocalLength);
        if (BinaryPrimitives.ReadUInt32LittleEndian(local) != LocalSignature)
        {
            throw PickleFault.Damaged(_path, $"{Wording.Quote(name)} is not where the archive's table says");
        }

        long offset = entry.LocalOffset + LocalLength + BinaryPrimitives.ReadUInt16LittleEndian(local.AsSpan(26)) + BinaryPrimitives.ReadUInt16LittleEndian(local.AsSpan(28));
        return entry.Length <= _stream.Length - offset ? (offset, entry.Length) : throw PickleFault.Truncated(_path);
    }

    /// <summary>Reads a stretch of the file.</summary>
    /// <exception cref="CheckpointException">The file does not reach so far.</exception>
    public byte[] Read(long offset, int length)
    {
        if (offset < 0 || length < 0 || offset > _stream.Length - length)
        {
            throw PickleFault.Truncated(_path);
        }

        byte[] bytes = new byte[length];
        _stream.Position = offset;
        _stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>The archive's end says where its table lies; the table's own numbers are in the end's longer form where they are large.</summary>
    private (long Start, long Length) FindDirectory()
    {
        int tailLength = (int)Math.Min(_stream.Length, EndLength + LongestComment);
        long tailStart = _stream.Length - tailLength;
        byte[] tail = Read(tailStart, tailLength);
        for (int i = tail.Length - EndLength; i >= 0; i--)
        {
            ReadOnlySpan<byte> end = tail.AsSpan(i);
            if (BinaryPrimitives.ReadUInt32LittleEndian(end) == EndSignature && BinaryPrimitives.ReadUInt16LittleEndian(end[20..]) == end.Length - EndLength)
            {
                (long length, long start) = (BinaryPrimitives.ReadUInt32LittleEndian(end[12..]), BinaryPrimitives.ReadUInt32LittleEndian(end[16..]));
                bool isLong = length == uint.MaxValue || start == uint.MaxValue || BinaryPrimitives.ReadUInt16LittleEndian(end[10..]) == ushort.MaxValue;
                (start, length) = isLong ? LongDirectory(tailStart + i) : (start, length);
                return length is >= 0 and <= LongestDirectory && start >= 0 && start <= _stream.Length - length
                    ? (start, length)
                    : throw PickleFault.Damaged(_path, "the archive's table of contents lies outside of it");
            }
        }

        // Without its end an archive is the beginning of one.
        throw PickleFault.Truncated(_path);
    }

    private (long Start, long Length) LongDirectory(long end)
    {
        byte[] locator = Read(end - LongLocatorLength, LongLocatorLength);
        if (BinaryPrimitives.ReadUInt32LittleEndian(locator) != LongLocatorSignature)
        {
            throw PickleFault.Damaged(_path, "the archive's end is incomplete");
        }

        byte[] record = Read(BinaryPrimitives.ReadInt64LittleEndian(locator.AsSpan(8)), LongEndLength);
        return BinaryPrimitives.ReadUInt32LittleEndian(record) == LongEndSignature
            ? (BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(48)), BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(40)))
            : throw PickleFault.Damaged(_path, "the archive's end is incomplete");
    }

    private void ReadDirectory(ReadOnlySpan<byte> directory)
    {
        while (directory.Length >= EntryLength && BinaryPrimitives.ReadUInt32LittleEndian(directory) == EntrySignature)
        {
            int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(directory[28..]);
            int extraLength = BinaryPrimitives.ReadUInt16LittleEndian(directory[30..]);
            int length = EntryLength + nameLength + extraLength + BinaryPrimitives.ReadUInt16LittleEndian(directory[32..]);
            if (length > directory.Length)
            {
                throw PickleFault.Damaged(_path, "the archive's table of contents breaks off");
            }

            string name = Encoding.UTF8.GetString(directory.Slice(EntryLength, nameLength));
            if (!_entries.TryAdd(name, ReadEntry(directory[..EntryLength], directory.Slice(EntryLength + nameLength, extraLength))))
            {
                throw PickleFault.Damaged(_path, $"the archive holds {Wording.Quote(name)} twice");
            }

            directory = directory[length..];
        }

        if (directory.Length > 0)
        {
            throw PickleFault.Damaged(_path, "the archive's table of contents makes no sense");
        }
    }

    /// <summary>Numbers that do not fit 32 bits are all ones, and stand in an extra field, in this order.</summary>
    private Entry ReadEntry(ReadOnlySpan<byte> fields, ReadOnlySpan<byte> extra)
    {
        ReadOnlySpan<byte> wide = LongFields(extra);
        long length = Number(BinaryPrimitives.ReadUInt32LittleEndian(fields[24..]), ref wide);
        long packed = Number(BinaryPrimitives.ReadUInt32LittleEndian(fields[20..]), ref wide);
        long offset = Number(BinaryPrimitives.ReadUInt32LittleEndian(fields[42..]), ref wide);
        return new Entry(BinaryPrimitives.ReadUInt16LittleEndian(fields[8..]), BinaryPrimitives.ReadUInt16LittleEndian(fields[10..]), packed, length, offset);
    }

    private long Number(uint number, ref ReadOnlySpan<byte> wide)
    {
        if (number != uint.MaxValue)
        {
            return number;
        }

        long value = wide.Length >= sizeof(long) ? BinaryPrimitives.ReadInt64LittleEndian(wide) : -1;
        if (value < 0)
        {
            throw PickleFault.Damaged(_path, "the archive's table of contents has an impossible size");
        }

        wide = wide[sizeof(long)..];
        return value;
    }

    private static ReadOnlySpan<byte> LongFields(ReadOnlySpan<byte> extra)
    {
        const ushort LongSizes = 1;
        while (extra.Length >= 4)
        {
            int length = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]), extra.Length - 4);
            if (BinaryPrimitives.ReadUInt16LittleEndian(extra) == LongSizes)
            {
                return extra.Slice(4, length);
            }

            extra = extra[(4 + length)..];
        }

        return [];
    }
}
