using System.Buffers;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>A safetensors file, memory-mapped: its header is proven, its tensors are read where they lie.</summary>
/// <remarks>
/// Copies are read from the file, not from the mapping: where another program cut the file short meanwhile, a read fails with a message,
/// while touching the mapping ends the process.
/// </remarks>
public sealed unsafe class SafetensorsFile : IDisposable
{
    /// <summary>Bytes read at a time where they are converted: they are still in the cache when that happens.</summary>
    private const int BlockLength = 1 << 18;

    private readonly SafeFileHandle _handle;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private bool _isDisposed;

    private SafetensorsFile(string path, SafetensorsHeader header, FileStream stream)
    {
        Path = path;
        Header = header;
        _handle = stream.SafeFileHandle;
        _file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        _start += _view.PointerOffset;
    }

    /// <summary>Full path.</summary>
    public string Path { get; }

    public SafetensorsHeader Header { get; }

    /// <exception cref="CheckpointException">The file is broken, or not of this kind.</exception>
    public static SafetensorsFile Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        path = System.IO.Path.GetFullPath(path);
        FileStream stream = ModelStream.Open(path);
        try
        {
            return ModelStream.Guard(path, () => new SafetensorsFile(path, SafetensorsHeader.Read(stream, path), stream));
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Reads a tensor, row-major, as another type.</summary>
    /// <param name="destination">As long as the tensor is in that type.</param>
    /// <param name="type">Float32 or Float16.</param>
    /// <exception cref="CheckpointException">The file became shorter since it was opened, or cannot be read.</exception>
    public void CopyTo(TensorEntry tensor, Span<byte> destination, ElementType type)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (type is not (ElementType.Float32 or ElementType.Float16))
        {
            throw new ArgumentOutOfRangeException(nameof(type), type, "Weights are read as float32 or float16.");
        }

        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, tensor.Shape.ElementCount * type.ByteSize(), nameof(destination));
        if (tensor.Type == type)
        {
            Read(tensor.Offset, destination);
            return;
        }

        int size = tensor.Type.ByteSize();
        byte[] block = ArrayPool<byte>.Shared.Rent(BlockLength);
        try
        {
            for (long done = 0; done < tensor.Length; done += BlockLength)
            {
                Span<byte> source = block.AsSpan(0, (int)Math.Min(BlockLength, tensor.Length - done));
                Read(tensor.Offset + done, source);
                Convert(source, tensor.Type, destination.Slice((int)(done / size) * type.ByteSize(), source.Length / size * type.ByteSize()), type);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    /// <summary>The address of a tensor's first byte, little-endian and row-major; valid until the file is disposed.</summary>
    public nint AddressOf(TensorEntry tensor)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tensor.Offset + tensor.Length, _view.Capacity, nameof(tensor));
        return (nint)(_start + tensor.Offset);
    }

    /// <summary>For those who go on by path or mapping: whether the file still is what was opened.</summary>
    /// <exception cref="CheckpointException">It was replaced, cut short or removed.</exception>
    public void ThrowIfChanged()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        long expected = Header.FileLength;
        if (RandomAccess.GetLength(_handle) != expected || new FileInfo(Path) is not { Exists: true } file || LengthOf(file) != expected)
        {
            throw Changed();
        }

        static long LengthOf(FileInfo file) => (file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file).Length;
    }

    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    private static void Convert(ReadOnlySpan<byte> source, ElementType from, Span<byte> destination, ElementType to)
    {
        if (to == ElementType.Float32)
        {
            HalfConversion.ToSingle(source, from, MemoryMarshal.Cast<byte, float>(destination));
        }
        else
        {
            HalfConversion.ToHalf(source, from, MemoryMarshal.Cast<byte, Half>(destination));
        }
    }

    private void Read(long offset, Span<byte> destination)
    {
        try
        {
            for (int read; destination.Length > 0; offset += read, destination = destination[read..])
            {
                read = RandomAccess.Read(_handle, destination, offset);
                if (read == 0)
                {
                    throw Changed();
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException(Path, CheckpointProblem.Unreadable, $"The file {Wording.Quote(Path)} cannot be read: {e.Message}", e);
        }
    }

    private CheckpointException Changed() => new(
        Path, CheckpointProblem.Truncated, $"The file {Wording.Quote(Path)} was changed while it was in use. When it is whole again, load the model anew.");
}
