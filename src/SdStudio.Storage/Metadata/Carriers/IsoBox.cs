using System.Buffers.Binary;
using System.Text;

namespace SdStudio.Storage.Metadata.Carriers;

/// <summary>A box of an ISO base media file (ISO 14496-12) within bytes that are held.</summary>
/// <param name="Type">Four letters.</param>
/// <param name="Start">Of its header.</param>
/// <param name="Body">Where its content begins.</param>
/// <param name="End">Behind its content.</param>
internal readonly record struct IsoBox(string Type, int Start, int Body, int End)
{
    private const int MostBoxes = 4096;

    /// <summary>Boxes side by side from <paramref name="start"/>, up to the first that runs past <paramref name="end"/>.</summary>
    public static IReadOnlyList<IsoBox> Walk(ReadOnlySpan<byte> bytes, int start, int end)
    {
        var boxes = new List<IsoBox>();
        while (end - start >= 8 && boxes.Count < MostBoxes)
        {
            long length = BinaryPrimitives.ReadUInt32BigEndian(bytes[start..]);
            int header = 8;
            if (length == 1 && end - start >= 16)
            {
                length = BinaryPrimitives.ReadInt64BigEndian(bytes[(start + 8)..]);
                header = 16;
            }
            else if (length == 0)
            {
                length = end - start;
            }

            if (length < header || length > end - start)
            {
                break;
            }

            boxes.Add(new IsoBox(Encoding.Latin1.GetString(bytes.Slice(start + 4, 4)), start, start + header, start + (int)length));
            start += (int)length;
        }

        return boxes;
    }

    /// <param name="body">All of its content.</param>
    public static byte[] Write(string type, params ReadOnlySpan<byte> body)
    {
        byte[] box = new byte[8 + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(box, box.Length);
        Encoding.Latin1.GetBytes(type, box.AsSpan(4));
        body.CopyTo(box.AsSpan(8));
        return box;
    }
}
