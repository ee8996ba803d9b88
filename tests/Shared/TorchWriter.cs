using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace SdStudio.Tests;

/// <summary>Writes files as torch.save does, and such as it never would.</summary>
internal sealed class TorchWriter
{
    private readonly MemoryStream _pickle = new();
    private readonly Dictionary<string, byte[]> _storages = [];

    /// <summary>The archive's folder.</summary>
    public string Folder { get; init; } = "archive";

    public CompressionLevel Compression { get; init; } = CompressionLevel.NoCompression;

    /// <summary>A dictionary of float32 tensors.</summary>
    public static byte[] Archive(params (string Name, float[] Values, long[] Shape)[] tensors)
    {
        TorchWriter writer = new();
        writer.Ops("\u0080\u0002}(");
        foreach ((string name, float[] values, long[] shape) in tensors)
        {
            writer.Text(name).Tensor("torch", "FloatStorage", name, values.Length, 0, shape, RowMajor(shape));
            byte[] bytes = new byte[values.Length * sizeof(float)];
            for (int i = 0; i < values.Length; i++)
            {
                BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
            }

            writer.Storage(name, bytes);
        }

        return writer.Ops("u.").ToArchive();
    }

    /// <summary>Writes the tensors of a small safetensors file as float32.</summary>
    public static void Convert(string safetensors, string path)
    {
        GoldenTensors tensors = GoldenTensors.Read(safetensors);
        File.WriteAllBytes(path, Archive([.. tensors.Names.Select(name => (name, tensors.Floats(name), tensors.Shape(name)))]));
    }

    public static long[] RowMajor(long[] shape) => [.. Enumerable.Range(1, shape.Length).Select(axis => shape[axis..].Aggregate(1L, (product, side) => product * side))];

    /// <summary>Instructions as they are, one byte a character.</summary>
    public TorchWriter Ops(string codes)
    {
        _pickle.Write(Encoding.Latin1.GetBytes(codes));
        return this;
    }

    public TorchWriter Text(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return Ops("X").Raw(BitConverter.GetBytes(bytes.Length)).Raw(bytes);
    }

    public TorchWriter Number(long number) => number is >= int.MinValue and <= int.MaxValue
        ? Ops("J").Raw(BitConverter.GetBytes((int)number))
        : Ops("\u008A\u0008").Raw(BitConverter.GetBytes(number));

    public TorchWriter Raw(byte[] bytes)
    {
        _pickle.Write(bytes);
        return this;
    }

    /// <summary>torch._utils._rebuild_tensor_v2(storage, offset, shape, strides, False, OrderedDict()).</summary>
    public TorchWriter Tensor(string module, string storage, string key, long count, long offset, long[] shape, long[] strides)
    {
        Ops("ctorch._utils\n_rebuild_tensor_v2\n((").Text("storage").Ops($"c{module}\n{storage}\n").Text(key).Text("cpu").Number(count).Ops("tQ").Number(offset);
        Numbers(shape).Numbers(strides);
        return Ops("\u0089ccollections\nOrderedDict\n)RtR");
    }

    public TorchWriter Storage(string key, byte[] bytes)
    {
        _storages[key] = bytes;
        return this;
    }

    public byte[] ToPickle() => _pickle.ToArray();

    public byte[] ToArchive()
    {
        MemoryStream stream = new();
        using (ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            Write(archive, $"{Folder}/data.pkl", ToPickle());
            foreach ((string key, byte[] bytes) in _storages)
            {
                Write(archive, $"{Folder}/data/{key}", bytes);
            }
        }

        return stream.ToArray();
    }

    private TorchWriter Numbers(long[] numbers)
    {
        Ops("(");
        foreach (long number in numbers)
        {
            Number(number);
        }

        return Ops("t");
    }

    private void Write(ZipArchive archive, string name, byte[] bytes)
    {
        using Stream entry = archive.CreateEntry(name, Compression).Open();
        entry.Write(bytes);
    }
}
