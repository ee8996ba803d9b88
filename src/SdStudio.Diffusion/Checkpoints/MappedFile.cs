using System.Buffers;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>A file of tensors, memory-mapped, whose table of contents has been proven.</summary>
/// <remarks>
/// Copies are read from the file, not from the mapping: where another program cut the file short meanwhile, a read fails with a message,
/// while touching the mapping ends the process.
/// </remarks>
internal sealed unsafe class MappedFile : IDisposable
{
    /// <summary>Bytes read at a time where they are converted: they are still in the cache when that happens.</summary>
    private const int BlockLength = 1 << 18;

    private readonly SafeFileHandle _handle;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly string _path;
    private readonly long _length;
    private readonly byte* _start;
    private bool _isDisposed;

    /// <param name="stream">Closed with this.</param>
    /// <param name="path">Full path.</param>
    /// <param name="length">Bytes that the file had when its table of contents was proven.</param>
    public MappedFile(FileStream stream, string path, long length)
    {
        (_path, _length) = (path, length);
        _handle = stream.SafeFileHandle;
        _file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        _start += _view.PointerOffset;
    }

    /// <summary>As <see cref="ITensorFile.CopyTo"/>.</summary>
    public void CopyTo(TensorEntry tensor, Span<byte> destination, ElementType type)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (type is not (ElementType.Float32 or ElementType.Float16))
        {
            throw new ArgumentOutOfRangeException(nameof(type), type, "Weights are read as float32 or float16.");
        }

        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, tensor.Shape.ElementCount * type.ByteSize(), nameof(destination));
        if (tensor.Strides is { } strides)
        {
            Convert(Gather(tensor, strides), tensor.Type, destination, type);
        }
        else if (tensor.Type == type)
        {
            Read(tensor.Offset, destination);
        }
        else
        {
            Convert(tensor, destination, type);
        }
    }

    /// <summary>As <see cref="ITensorFile.AddressOf"/>.</summary>
    public nint AddressOf(TensorEntry tensor)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tensor.Offset + tensor.Length, _view.Capacity, nameof(tensor));
        return tensor.Strides is null ? (nint)(_start + tensor.Offset) : 0;
    }

    /// <summary>As <see cref="ITensorFile.ThrowIfChanged"/>.</summary>
    public void ThrowIfChanged()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (RandomAccess.GetLength(_handle) != _length || new FileInfo(_path) is not { Exists: true } file || LengthOf(file) != _length)
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

    private void Convert(TensorEntry tensor, Span<byte> destination, ElementType type)
    {
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

    /// <summary>Puts elements that lie apart, as those of a transposed matrix, into row-major order.</summary>
    private byte[] Gather(TensorEntry tensor, Shape strides)
    {
        int size = tensor.Type.ByteSize();
        byte[] span = new byte[tensor.Length];
        Read(tensor.Offset, span);
        byte[] ordered = new byte[tensor.Shape.ElementCount * size];
        long[] place = new long[tensor.Shape.Rank];
        long source = 0;
        for (int done = 0; done < ordered.Length; done += size)
        {
            span.AsSpan((int)source * size, size).CopyTo(ordered.AsSpan(done));
            for (int axis = place.Length - 1; axis >= 0; axis--)
            {
                source += strides[axis];
                if (++place[axis] < tensor.Shape[axis])
                {
                    break;
                }

                source -= strides[axis] * tensor.Shape[axis];
                place[axis] = 0;
            }
        }

        return ordered;
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
            throw new CheckpointException(_path, CheckpointProblem.Unreadable, $"The file {Wording.Quote(_path)} cannot be read: {e.Message}", e);
        }
    }

    private CheckpointException Changed() => new(
        _path, CheckpointProblem.Truncated, $"The file {Wording.Quote(_path)} was changed while it was in use. When it is whole again, load the model anew.");
}
