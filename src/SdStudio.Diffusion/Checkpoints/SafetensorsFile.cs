using System.IO.MemoryMappedFiles;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>A safetensors file, memory-mapped: its header is proven, its tensors are read where they lie.</summary>
public sealed unsafe class SafetensorsFile : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private bool _isDisposed;

    private SafetensorsFile(string path, SafetensorsHeader header, MemoryMappedFile file)
    {
        Path = path;
        Header = header;
        _file = file;
        _view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
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
            return ModelStream.Guard(path, () =>
            {
                SafetensorsHeader header = SafetensorsHeader.Read(stream, path);
                MemoryMappedFile file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
                return new SafetensorsFile(path, header, file);
            });
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>The raw bytes, little-endian and row-major, where they lie in the file; valid until the file is disposed.</summary>
    /// <exception cref="CheckpointException">The tensor is larger than a span can be.</exception>
    public ReadOnlySpan<byte> BytesOf(TensorEntry tensor)
    {
        if (tensor.Length > int.MaxValue)
        {
            throw new CheckpointException(Path, CheckpointProblem.TensorTooLarge, $"One tensor of the file takes {Wording.Size(tensor.Length)}, more than SdStudio can read at once.");
        }

        return new ReadOnlySpan<byte>((void*)AddressOf(tensor), (int)tensor.Length);
    }

    /// <summary>The address of the first byte; valid until the file is disposed.</summary>
    public nint AddressOf(TensorEntry tensor)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tensor.Offset + tensor.Length, _view.Capacity, nameof(tensor));
        return (nint)(_start + tensor.Offset);
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
}
