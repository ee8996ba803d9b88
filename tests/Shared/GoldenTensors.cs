using System.Buffers.Binary;
using System.Text.Json;

namespace SdStudio.Tests;

/// <summary>
/// The tensors of one golden .safetensors file. A reader of its own, small and trusting, so that a fault in the product's
/// reader cannot hide in the data it is compared with.
/// </summary>
internal sealed class GoldenTensors
{
    private readonly byte[] _file;
    private readonly int _start;
    private readonly Dictionary<string, (string Type, long[] Shape, int Begin, int End)> _tensors = [];

    private GoldenTensors(string path)
    {
        Path = path;
        _file = File.ReadAllBytes(path);
        int headerLength = checked((int)BinaryPrimitives.ReadInt64LittleEndian(_file));
        _start = 8 + headerLength;
        using JsonDocument header = JsonDocument.Parse(_file.AsMemory(8, headerLength));
        foreach (JsonProperty tensor in header.RootElement.EnumerateObject().Where(property => property.Name != "__metadata__"))
        {
            JsonElement offsets = tensor.Value.GetProperty("data_offsets");
            _tensors.Add(tensor.Name, (
                tensor.Value.GetProperty("dtype").GetString()!,
                [.. tensor.Value.GetProperty("shape").EnumerateArray().Select(dimension => dimension.GetInt64())],
                offsets[0].GetInt32(),
                offsets[1].GetInt32()));
        }
    }

    public string Path { get; }

    public IReadOnlyCollection<string> Names => _tensors.Keys;

    public static GoldenTensors Read(string path) => new(path);

    public bool Contains(string name) => _tensors.ContainsKey(name);

    public long[] Shape(string name) => Find(name).Shape;

    public byte[] Bytes(string name)
    {
        (_, _, int begin, int end) = Find(name);
        return _file[(_start + begin)..(_start + end)];
    }

    /// <summary>Values of a floating point or small integer tensor, row-major.</summary>
    public float[] Floats(string name)
    {
        ReadOnlySpan<byte> bytes = Bytes(name);
        float[] values = new float[Count(name)];
        string type = Find(name).Type;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = type switch
            {
                "F32" => BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * i)..]),
                "F64" => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes[(8 * i)..]),
                "F16" => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes[(2 * i)..]),
                "BF16" => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..]) << 16),
                _ => Integer(type, bytes, i),
            };
        }

        return values;
    }

    /// <summary>Values of a double tensor, row-major.</summary>
    public double[] Doubles(string name)
    {
        if (Find(name).Type != "F64")
        {
            return Array.ConvertAll(Floats(name), value => (double)value);
        }

        byte[] bytes = Bytes(name);
        double[] values = new double[Count(name)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(8 * i));
        }

        return values;
    }

    /// <summary>Values of an integer tensor, row-major.</summary>
    public long[] Integers(string name)
    {
        ReadOnlySpan<byte> bytes = Bytes(name);
        long[] values = new long[Count(name)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Integer(Find(name).Type, bytes, i);
        }

        return values;
    }

    private static long Integer(string type, ReadOnlySpan<byte> bytes, int i) => type switch
    {
        "I64" or "U64" => BinaryPrimitives.ReadInt64LittleEndian(bytes[(8 * i)..]),
        "I32" => BinaryPrimitives.ReadInt32LittleEndian(bytes[(4 * i)..]),
        "U32" => BinaryPrimitives.ReadUInt32LittleEndian(bytes[(4 * i)..]),
        "I16" => BinaryPrimitives.ReadInt16LittleEndian(bytes[(2 * i)..]),
        "U8" or "BOOL" => bytes[i],
        "I8" => (sbyte)bytes[i],
        _ => throw new NotSupportedException($"Golden tensors of type {type} are not read."),
    };

    private int Count(string name) => checked((int)Find(name).Shape.Aggregate(1L, (product, dimension) => product * dimension));

    private (string Type, long[] Shape, int Begin, int End) Find(string name) =>
        _tensors.TryGetValue(name, out (string, long[], int, int) tensor)
            ? tensor
            : throw new KeyNotFoundException($"{Path} holds no tensor {name}.");
}
