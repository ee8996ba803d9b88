using System.Buffers.Binary;
using System.Text;

namespace SdStudio.Storage.Metadata.Carriers;

/// <summary>One thing in an AVIF's list of items (HEIF, ISO 23008-12): a picture, a part of one, or a block of metadata.</summary>
/// <param name="Type">Four letters: "av01", "Exif", "mime".</param>
/// <param name="ContentType">Of a "mime" item.</param>
/// <param name="Extents">Where its bytes lie, and how many.</param>
/// <param name="IsInMeta">Whether places count within the <c>idat</c> box instead of the file.</param>
internal sealed record AvifItem(uint Id, string Type, string ContentType, IReadOnlyList<(long Offset, long Length)> Extents, bool IsInMeta)
{
    private const int MostItems = 4096;
    private const int MostExtents = 64;

    /// <param name="meta">Content of the <c>meta</c> box, its version and flags left away.</param>
    public static IReadOnlyList<AvifItem> ReadAll(ReadOnlySpan<byte> meta)
    {
        var kinds = new Dictionary<uint, (string Type, string ContentType)>();
        var places = new Dictionary<uint, (List<(long, long)> Extents, bool IsInMeta)>();
        foreach (IsoBox box in IsoBox.Walk(meta, 0, meta.Length))
        {
            if (box.Type == "iinf")
            {
                ReadKinds(meta, box, kinds);
            }
            else if (box.Type == "iloc")
            {
                ReadPlaces(meta[box.Body..box.End], places);
            }
        }

        return [.. kinds.Where(kind => places.ContainsKey(kind.Key)).Select(kind => new AvifItem(kind.Key, kind.Value.Type, kind.Value.ContentType, places[kind.Key].Extents, places[kind.Key].IsInMeta))];
    }

    private static void ReadKinds(ReadOnlySpan<byte> meta, IsoBox list, Dictionary<uint, (string, string)> kinds)
    {
        if (list.End - list.Body < 6)
        {
            return;
        }

        foreach (IsoBox entry in IsoBox.Walk(meta, list.Body + (meta[list.Body] == 0 ? 6 : 8), list.End).Where(box => box.Type == "infe").Take(MostItems))
        {
            ReadOnlySpan<byte> body = meta[entry.Body..entry.End];
            bool isWide = body.Length > 0 && body[0] == 3;
            int at = isWide ? 8 : 6;
            if (body.Length < at + 6 || body[0] is not (2 or 3))
            {
                continue;
            }

            uint id = isWide ? BinaryPrimitives.ReadUInt32BigEndian(body[4..]) : BinaryPrimitives.ReadUInt16BigEndian(body[4..]);
            // Behind a protection index of two bytes.
            string type = Encoding.Latin1.GetString(body.Slice(at + 2, 4));
            string[] names = Encoding.UTF8.GetString(body[(at + 6)..]).Split('\0', 3);
            kinds.TryAdd(id, (type, type == "mime" && names.Length > 1 ? names[1] : ""));
        }
    }

    private static void ReadPlaces(ReadOnlySpan<byte> body, Dictionary<uint, (List<(long, long)>, bool)> places)
    {
        var reader = new SpanReader(body);
        int version = reader.Next(1) is { } number and >= 0 ? (int)number : 0;
        reader.Next(3);
        long sizes = reader.Next(2);
        (int offsetSize, int lengthSize, int baseSize, int indexSize) = ((int)(sizes >> 12) & 15, (int)(sizes >> 8) & 15, (int)(sizes >> 4) & 15, version > 0 ? (int)sizes & 15 : 0);
        long count = Math.Min(reader.Next(version == 2 ? 4 : 2), MostItems);
        for (int i = 0; i < count && !reader.IsOver; i++)
        {
            uint id = (uint)reader.Next(version == 2 ? 4 : 2);
            long method = version > 0 ? reader.Next(2) & 15 : 0;
            reader.Next(2);
            long start = reader.Next(baseSize);
            long extents = reader.Next(2);
            var found = new List<(long, long)>();
            for (int j = 0; j < extents && j < MostExtents && !reader.IsOver; j++)
            {
                reader.Next(indexSize);
                found.Add((start + reader.Next(offsetSize), reader.Next(lengthSize)));
            }

            if (extents > MostExtents)
            {
                return;
            }

            places.TryAdd(id, (found, method == 1));
        }
    }

    /// <summary>Numbers of one to eight bytes, one after the other; 0 behind the end.</summary>
    private ref struct SpanReader(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> _left = bytes;

        public bool IsOver { get; private set; }

        public long Next(int length)
        {
            if (length > _left.Length)
            {
                IsOver = true;
                _left = [];
                return 0;
            }

            ulong number = 0;
            foreach (byte digit in _left[..length])
            {
                number = (number << 8) | digit;
            }

            _left = _left[length..];
            return (long)(number & long.MaxValue);
        }
    }
}
