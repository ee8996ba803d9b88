using System.Buffers.Binary;
using System.Text.Json;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Tests;

/// <summary>Writes .safetensors files tensor by tensor, so that a file may be larger than memory.</summary>
internal static class SafetensorsWriter
{
    private const int BlockLength = 1 << 16;

    /// <summary>Fills one block of a tensor's values.</summary>
    public delegate void Fill(PlannedTensor tensor, Span<float> block);

    public static void Write(string path, IReadOnlyList<PlannedTensor> tensors, Fill fill, IReadOnlyDictionary<string, string>? metadata = null)
    {
        using FileStream stream = new(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 20);
        byte[] header = Header(tensors, metadata);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        stream.Write(header);

        float[] values = new float[BlockLength];
        byte[] bytes = new byte[BlockLength * sizeof(double)];
        foreach (PlannedTensor tensor in tensors)
        {
            for (long rest = tensor.ElementCount; rest > 0; rest -= BlockLength)
            {
                int count = (int)Math.Min(rest, BlockLength);
                Span<byte> block = bytes.AsSpan(0, count * tensor.Type.ByteSize());
                fill(tensor, values.AsSpan(0, count));
                HalfConversion.FromSingle(values.AsSpan(0, count), tensor.Type, block);
                stream.Write(block);
            }
        }
    }

    /// <summary>JSON, padded with blanks so that the data begins at a multiple of eight.</summary>
    private static byte[] Header(IReadOnlyList<PlannedTensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        Dictionary<string, object> header = [];
        if (metadata is not null)
        {
            header.Add("__metadata__", metadata);
        }

        long offset = 0;
        foreach (PlannedTensor tensor in tensors)
        {
            long end = offset + tensor.ElementCount * tensor.Type.ByteSize();
            header.Add(tensor.Name, new { dtype = tensor.Type.SafetensorsName(), shape = tensor.Shape, data_offsets = new[] { offset, end } });
            offset = end;
        }

        byte[] json = JsonSerializer.SerializeToUtf8Bytes(header);
        byte[] padded = new byte[(json.Length + 7) / 8 * 8];
        padded.AsSpan().Fill((byte)' ');
        json.CopyTo(padded, 0);
        return padded;
    }
}
