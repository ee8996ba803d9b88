using System.Buffers;
using System.Buffers.Binary;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>
/// The table of contents of a safetensors file, or of another file of tensors in the same form. Every entry is proven: known types, shape and span agree, and the tensors
/// cover the file without gap or overlap. Nothing is allocated on the header's word alone.
/// </summary>
public sealed class SafetensorsHeader
{
    /// <summary>Bytes; the limit of the format's own implementation.</summary>
    public const int MaximumLength = 100_000_000;

    private const int PrefixLength = sizeof(ulong);
    private const int UsualLength = 1 << 20;

    internal SafetensorsHeader(Dictionary<string, TensorEntry> tensors, Dictionary<string, string> metadata, long fileLength)
    {
        Tensors = tensors;
        Metadata = metadata;
        FileLength = fileLength;
    }

    /// <summary>Bytes of the whole file.</summary>
    public long FileLength { get; }

    /// <summary>Every tensor by its name.</summary>
    public IReadOnlyDictionary<string, TensorEntry> Tensors { get; }

    /// <summary>The strings that the file's maker left in <c>__metadata__</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Reads the header alone: fast however large the file is.</summary>
    /// <exception cref="CheckpointException">The file is broken, or not of this kind.</exception>
    public static SafetensorsHeader Read(string path)
    {
        using FileStream stream = ModelStream.Open(path);
        return ModelStream.Guard(path, () => Read(stream, path));
    }

    /// <param name="stream">At its start, and able to tell its length.</param>
    /// <param name="path">For messages.</param>
    /// <exception cref="CheckpointException">The file is broken, or not of this kind.</exception>
    public static SafetensorsHeader Read(Stream stream, string path)
    {
        ArgumentNullException.ThrowIfNull(stream);
        long fileLength = stream.Length;
        if (fileLength == 0)
        {
            throw new CheckpointException(path, CheckpointProblem.Empty, "The file is empty. Download it again.");
        }

        Span<byte> start = stackalloc byte[64];
        start = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        int length = HeaderLength(start, fileLength, path);

        // Thousands of headers are read in a row; a few are so large that nobody would want to keep the room.
        byte[] json = length <= UsualLength ? ArrayPool<byte>.Shared.Rent(length) : new byte[length];
        try
        {
            stream.Position = PrefixLength;
            stream.ReadExactly(json.AsSpan(0, length));
            return Parse(json.AsSpan(0, length), fileLength - PrefixLength - length, path);
        }
        finally
        {
            if (length <= UsualLength)
            {
                ArrayPool<byte>.Shared.Return(json);
            }
        }
    }

    /// <param name="json">The header without its length prefix.</param>
    /// <param name="dataLength">Bytes that follow the header in the file.</param>
    /// <param name="path">For messages.</param>
    /// <exception cref="CheckpointException">A rule of the format is broken.</exception>
    public static SafetensorsHeader Parse(ReadOnlySpan<byte> json, long dataLength, string path)
    {
        HeaderParser parser = new(json, path);
        parser.Parse();
        Dictionary<string, TensorEntry> tensors = HeaderLayout.Prove(parser.Tensors, PrefixLength + json.Length, dataLength, path);
        return new SafetensorsHeader(tensors, parser.Metadata, PrefixLength + json.Length + dataLength);
    }

    private static int HeaderLength(ReadOnlySpan<byte> start, long fileLength, string path)
    {
        // A length of 640 looks like the start of a pickle, so other formats are considered only where this cannot be a header.
        bool opensObject = start.Length > PrefixLength && start[PrefixLength] == (byte)'{';
        ulong length = start.Length >= PrefixLength ? BinaryPrimitives.ReadUInt64LittleEndian(start) : 0;
        if (!opensObject)
        {
            throw ForeignFile.Describe(start, path);
        }

        if (length > MaximumLength)
        {
            throw ForeignFile.Recognise(start, path) ?? new CheckpointException(
                path, CheckpointProblem.HeaderTooLarge, $"The file announces a table of contents of {length} bytes, more than any model needs. It is damaged or not a model; download it again.");
        }

        if (length < 2)
        {
            throw ForeignFile.Describe(start, path);
        }

        if ((long)length > fileLength - PrefixLength)
        {
            throw new CheckpointException(
                path, CheckpointProblem.Truncated, $"The file ends early, inside its table of contents: {Wording.Share(fileLength - PrefixLength, (long)length)}. Download it again.");
        }

        return (int)length;
    }
}
