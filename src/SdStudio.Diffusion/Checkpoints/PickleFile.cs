using SdStudio.Diffusion.Checkpoints.Pickles;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>
/// A file of torch's own kind (<c>.ckpt</c>, <c>.pt</c>, <c>.pth</c>, <c>.bin</c>), memory-mapped. Such a file is a program that makes objects; this
/// reader understands the few instructions that put tensors into dictionaries and runs nothing: whatever else is in it is refused by its name.
/// </summary>
public sealed class PickleFile : ITensorFile
{
    private readonly MappedFile _mapped;

    private PickleFile(string path, PickleTable table, FileStream stream)
    {
        (Path, Header) = (path, new SafetensorsHeader(table.Tensors, table.Metadata, stream.Length));
        _mapped = new MappedFile(stream, path, Header.FileLength);
    }

    public string Path { get; }

    public SafetensorsHeader Header { get; }

    /// <exception cref="CheckpointException">The file is broken, or asks for anything but tensors.</exception>
    public static PickleFile Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        path = System.IO.Path.GetFullPath(path);
        FileStream stream = ModelStream.Open(path);
        try
        {
            return ModelStream.Guard(path, () => new PickleFile(path, new PickleTable(PickleContents.Read(stream, path), path), stream));
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Whether the file begins as torch's do; nothing more is looked at.</summary>
    /// <exception cref="CheckpointException">It is not there, or may not be read.</exception>
    public static bool IsPickle(string path)
    {
        using FileStream stream = ModelStream.Open(path);
        return IsPickle(stream, path);
    }

    public void CopyTo(TensorEntry tensor, Span<byte> destination, ElementType type) => _mapped.CopyTo(tensor, destination, type);

    public nint AddressOf(TensorEntry tensor) => _mapped.AddressOf(tensor);

    public void ThrowIfChanged() => _mapped.ThrowIfChanged();

    public void Dispose() => _mapped.Dispose();

    /// <param name="stream">At its start.</param>
    /// <param name="path">For messages.</param>
    /// <exception cref="CheckpointException">It may not be read.</exception>
    internal static bool IsPickle(Stream stream, string path)
    {
        byte[] start = new byte[9];
        int length = ModelStream.Guard(path, () => stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false));

        // A safetensors header of a certain length begins alike; what follows the length tells.
        bool isSafetensors = length == start.Length && start[^1] == (byte)'{' && BitConverter.ToUInt64(start) <= SafetensorsHeader.MaximumLength;
        return !isSafetensors
            && (start.AsSpan().StartsWith("PK\u0003\u0004"u8) || (length > 2 && start[0] == 0x80 && start[1] is >= 2 and <= 5));
    }
}
