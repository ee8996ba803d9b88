using System.Text;

namespace SdStudio.Diffusion.Checkpoints.Onnx;

/// <summary>
/// Walks through the messages of an ONNX file without holding them: gigabytes of weights are stepped over. Every length is checked against the
/// message around it before it is believed.
/// </summary>
internal sealed class OnnxReader : IDisposable
{
    /// <summary>Large networks have tens of thousands.</summary>
    private const int MostFields = 4_000_000;

    private const int LongestText = 4096, BufferLength = 1 << 16;

    private readonly BufferedStream _stream;
    private readonly string _path;
    private int _fields;

    /// <param name="stream">Closed with this.</param>
    /// <param name="path">For messages.</param>
    public OnnxReader(FileStream stream, string path)
    {
        (_stream, _path, Length) = (new BufferedStream(stream, BufferLength), path, stream.Length);
    }

    /// <summary>Bytes of the file.</summary>
    public long Length { get; }

    /// <summary>The fields of a message, in order. Others may be read between two of them.</summary>
    /// <param name="message">Whole file, or a field that holds a message.</param>
    public IEnumerable<Field> Fields(Field message)
    {
        const int Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5;
        for (long next = message.Start; next < message.End;)
        {
            if (++_fields > MostFields)
            {
                throw Damaged();
            }

            _stream.Position = next;
            ulong tag = ReadVarint(message.End);
            (ulong value, ulong length) = (tag & 7) switch
            {
                Varint => (ReadVarint(message.End), 0UL),
                Fixed64 => (0UL, 8UL),
                Bytes => (0UL, ReadVarint(message.End)),
                Fixed32 => (0UL, 4UL),
                _ => throw Damaged(),
            };
            long start = _stream.Position;
            if (length > (ulong)(message.End - start) || tag >> 3 is 0 or > int.MaxValue)
            {
                throw Damaged();
            }

            next = start + (long)length;
            yield return new Field((int)(tag >> 3), (long)value, start, next);
        }
    }

    /// <summary>Numbers that a field holds: one, or several packed together.</summary>
    public IEnumerable<long> Numbers(Field field)
    {
        if (field.Start == field.End)
        {
            yield return field.Value;
            yield break;
        }

        _stream.Position = field.Start;
        while (_stream.Position < field.End)
        {
            yield return (long)ReadVarint(field.End);
        }
    }

    public string Text(Field field)
    {
        if (field.End - field.Start > LongestText)
        {
            throw Damaged();
        }

        byte[] bytes = new byte[field.End - field.Start];
        _stream.Position = field.Start;
        _stream.ReadExactly(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    public CheckpointException Damaged() =>
        new(_path, CheckpointProblem.DamagedOnnx, $"The file {Wording.Quote(Path.GetFileName(_path))} is damaged, or is no ONNX graph. Download it again.");

    public void Dispose() => _stream.Dispose();

    private ulong ReadVarint(long end)
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            int next = _stream.Position < end ? _stream.ReadByte() : -1;
            if (next < 0)
            {
                throw Damaged();
            }

            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw Damaged();
    }

    /// <summary>One field of a message.</summary>
    /// <param name="Value">Of a number.</param>
    /// <param name="Start">Bytes from the start of the file to its content; equal to <paramref name="End"/> for a number.</param>
    internal readonly record struct Field(int Number, long Value, long Start, long End);
}
