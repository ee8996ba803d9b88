using System.Buffers.Binary;
using System.Text;
using SdStudio.Storage.Imaging;

namespace SdStudio.Storage.Metadata.Carriers;

/// <summary>The texts of an AVIF (ISO 23000-22, over HEIF): its EXIF and XMP items.</summary>
internal static class AvifTexts
{
    private const string XmpType = "application/rdf+xml";
    private const int MostBoxes = 1000;
    private const int LongestMeta = 4 * 1024 * 1024;
    private const int MostTexts = 16;

    public static CarriedTexts Read(Stream avif)
    {
        if (Meta(avif) is not { } content)
        {
            return new CarriedTexts(ImageFormat.Avif, 0, 0, []);
        }

        ReadOnlySpan<byte> meta = content.AsSpan(4);
        int data = IsoBox.Walk(meta, 0, meta.Length).FirstOrDefault(box => box.Type == "idat").Body;
        var texts = new List<KeyValuePair<string, string>>();
        foreach (AvifItem item in AvifItem.ReadAll(meta).Where(item => item.Type is "Exif" || item.ContentType == XmpType).Take(MostTexts))
        {
            if (item.Extents is not [var (offset, length)])
            {
                continue;
            }

            byte[]? bytes = item.IsInMeta
                ? offset >= 0 && length >= 0 && length <= meta.Length - data && offset <= meta.Length - data - length ? meta.Slice(data + (int)offset, (int)length).ToArray() : null
                : TextCarrier.ReadPart(avif, offset, length, ExifText.LongestBlock);
            if (bytes is null)
            {
                continue;
            }

            texts.AddRange(item.Type == "Exif" ? ReadExif(bytes) : XmpText.Read(Encoding.UTF8.GetString(bytes)));
        }

        (int width, int height) = Size(meta);
        return new CarriedTexts(ImageFormat.Avif, width, height, texts);
    }

    /// <summary>
    /// An AVIF with these blocks as items more. The list of items grows, so every place in the file moves on by as much, and the blocks follow behind
    /// all that was there.
    /// </summary>
    /// <param name="avif">As libheif writes it: one picture, its places told by file offsets.</param>
    /// <exception cref="ArgumentException">It is laid out in another way.</exception>
    public static byte[] Insert(byte[] avif, byte[] exif, byte[]? xmp)
    {
        IsoBox[] top = [.. IsoBox.Walk(avif, 0, avif.Length)];
        IsoBox meta = top.FirstOrDefault(box => box.Type == "meta");
        IsoBox[] parts = meta.Type is null ? [] : [.. IsoBox.Walk(avif, meta.Body + 4, meta.End)];
        if (parts.FirstOrDefault(part => part.Type == "iloc") is not { Type: not null } places || parts.FirstOrDefault(part => part.Type == "iinf") is not { Type: not null } kinds
            || parts.FirstOrDefault(part => part.Type == "pitm") is not { Type: not null } primary || avif[places.Body] > 1 || avif[kinds.Body] != 0 || avif[primary.Body] != 0)
        {
            throw new ArgumentException("This AVIF is laid out in a way that texts cannot be added to.", nameof(avif));
        }

        IReadOnlyList<AvifItem> items = AvifItem.ReadAll(avif.AsSpan()[(meta.Body + 4)..meta.End]);
        ushort next = (ushort)(items.Max(item => item.Id) + 1);
        ushort picture = BinaryPrimitives.ReadUInt16BigEndian(avif.AsSpan(primary.Body + 4));
        // EXIF in HEIF begins with the place of its first byte.
        List<(ushort Id, string Type, string ContentType, byte[] Bytes)> added = [(next, "Exif", "", [0, 0, 0, 0, .. exif])];
        if (xmp is not null)
        {
            added.Add(((ushort)(next + 1), "mime", XmpType, xmp));
        }

        // Once to know how long it becomes, once with the places that follow from that.
        byte[] grown = WriteMeta(avif, meta, parts, items, added, picture, shift: 0, dataAt: 0);
        int shift = grown.Length - (meta.End - meta.Start);
        grown = WriteMeta(avif, meta, parts, items, added, picture, shift, dataAt: avif.Length + shift + 8);
        byte[] data = IsoBox.Write("mdat", [.. added.SelectMany(block => block.Bytes)]);
        return [.. avif.AsSpan(0, meta.Start), .. grown, .. avif.AsSpan(meta.End), .. data];
    }

    /// <summary>The same file with zeros in the place of its EXIF and XMP: nothing moves, and the pixels stay as they are.</summary>
    public static byte[] Strip(byte[] avif)
    {
        byte[] stripped = [.. avif];
        IsoBox meta = IsoBox.Walk(avif, 0, avif.Length).FirstOrDefault(box => box.Type == "meta");
        if (meta.Type is null || meta.End - meta.Body < 4)
        {
            return stripped;
        }

        ReadOnlySpan<byte> content = avif.AsSpan()[(meta.Body + 4)..meta.End];
        int data = IsoBox.Walk(content, 0, content.Length).FirstOrDefault(box => box.Type == "idat").Body;
        foreach (AvifItem item in AvifItem.ReadAll(content).Where(item => item.Type == "Exif" || item.Type == "mime"))
        {
            foreach ((long offset, long length) in item.Extents)
            {
                long start = item.IsInMeta ? meta.Body + 4L + data + offset : offset;
                if (start >= 0 && length >= 0 && start <= avif.Length - length)
                {
                    stripped.AsSpan((int)start, (int)length).Clear();
                }
            }
        }

        return stripped;
    }

    private static byte[] WriteMeta(
        byte[] avif, IsoBox meta, IsoBox[] parts, IReadOnlyList<AvifItem> items, List<(ushort Id, string Type, string ContentType, byte[] Bytes)> added, ushort picture, int shift, int dataAt)
    {
        using var content = new MemoryStream();
        content.Write(avif, meta.Body, 4);
        bool hasReferences = false;
        foreach (IsoBox part in parts)
        {
            byte[] body = avif[part.Body..part.End];
            byte[] references = [.. added.SelectMany(block => IsoBox.Write("cdsc", [.. Short(block.Id), 0, 1, .. Short(picture)]))];
            hasReferences |= part.Type == "iref";
            content.Write(part.Type switch
            {
                "iloc" => WritePlaces(items, added, meta.Start, shift, dataAt),
                "iinf" => IsoBox.Write("iinf", [.. body[..4], .. Short((ushort)(BinaryPrimitives.ReadUInt16BigEndian(body.AsSpan(4)) + added.Count)), .. body[6..], .. added.SelectMany(WriteKind)]),
                "iref" => IsoBox.Write("iref", [.. body, .. references]),
                // Without any, they come before the properties.
                "iprp" when !hasReferences && !parts.Any(other => other.Type == "iref") => [.. IsoBox.Write("iref", [0, 0, 0, 0, .. references]), .. avif[part.Start..part.End]],
                _ => avif[part.Start..part.End],
            });
        }

        return IsoBox.Write("meta", content.ToArray());
    }

    private static byte[] WriteKind((ushort Id, string Type, string ContentType, byte[] Bytes) item) => IsoBox.Write(
        "infe", [2, 0, 0, 1, .. Short(item.Id), 0, 0, .. Encoding.Latin1.GetBytes(item.Type), 0, .. item.ContentType.Length == 0 ? [] : Encoding.Latin1.GetBytes(item.ContentType + "\0")]);

    /// <summary>Version 1, numbers of four bytes, no base.</summary>
    private static byte[] WritePlaces(IReadOnlyList<AvifItem> items, List<(ushort Id, string Type, string ContentType, byte[] Bytes)> added, int metaStart, int shift, int dataAt)
    {
        List<byte> body = [1, 0, 0, 0, 0x44, 0, .. Short((ushort)(items.Count + added.Count))];
        foreach (AvifItem item in items)
        {
            body.AddRange([.. Short((ushort)item.Id), 0, (byte)(item.IsInMeta ? 1 : 0), 0, 0, .. Short((ushort)item.Extents.Count)]);
            foreach ((long offset, long length) in item.Extents)
            {
                body.AddRange([.. Number(offset + (!item.IsInMeta && offset > metaStart ? shift : 0)), .. Number(length)]);
            }
        }

        foreach ((ushort id, _, _, byte[] bytes) in added)
        {
            body.AddRange([.. Short(id), 0, 0, 0, 0, 0, 1, .. Number(dataAt), .. Number(bytes.Length)]);
            dataAt += bytes.Length;
        }

        return IsoBox.Write("iloc", [.. body]);
    }

    private static byte[] Short(ushort value) => [(byte)(value >> 8), (byte)value];

    private static byte[] Number(long value)
    {
        byte[] number = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(number, checked((uint)value));
        return number;
    }

    private static IReadOnlyList<KeyValuePair<string, string>> ReadExif(ReadOnlySpan<byte> item)
    {
        uint skip = item.Length < 4 ? uint.MaxValue : BinaryPrimitives.ReadUInt32BigEndian(item);
        return skip <= item.Length - 4 ? ExifText.Read(item[(4 + (int)skip)..]) : [];
    }

    /// <summary>Of the first picture whose size is told.</summary>
    private static (int Width, int Height) Size(ReadOnlySpan<byte> meta)
    {
        foreach (IsoBox properties in IsoBox.Walk(meta, 0, meta.Length).Where(box => box.Type == "iprp"))
        {
            foreach (IsoBox list in IsoBox.Walk(meta, properties.Body, properties.End).Where(box => box.Type == "ipco"))
            {
                foreach (IsoBox size in IsoBox.Walk(meta, list.Body, list.End).Where(box => box.Type == "ispe" && box.End - box.Body >= 12))
                {
                    int width = BinaryPrimitives.ReadInt32BigEndian(meta[(size.Body + 4)..]), height = BinaryPrimitives.ReadInt32BigEndian(meta[(size.Body + 8)..]);
                    return width > 0 && height > 0 ? (width, height) : (0, 0);
                }
            }
        }

        return (0, 0);
    }

    /// <summary>Content of the <c>meta</c> box, with its version and flags.</summary>
    private static byte[]? Meta(Stream avif)
    {
        long offset = 0;
        for (int i = 0; i < MostBoxes; i++)
        {
            if (TextCarrier.ReadPart(avif, offset, 8, 8) is not { } head)
            {
                return null;
            }

            long length = BinaryPrimitives.ReadUInt32BigEndian(head);
            int header = 8;
            if (length == 1)
            {
                if (TextCarrier.ReadPart(avif, offset + 8, 8, 8) is not { } wide)
                {
                    return null;
                }

                length = BinaryPrimitives.ReadInt64BigEndian(wide);
                header = 16;
            }

            if (Encoding.Latin1.GetString(head, 4, 4) == "meta")
            {
                return TextCarrier.ReadPart(avif, offset + header, (length == 0 ? avif.Length - offset : length) - header, LongestMeta) is { Length: > 4 } content ? content : null;
            }

            if (length < header)
            {
                return null;
            }

            offset += length;
            if (offset < 0)
            {
                return null;
            }
        }

        return null;
    }
}
