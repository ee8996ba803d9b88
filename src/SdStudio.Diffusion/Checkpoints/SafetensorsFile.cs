using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>A safetensors file, memory-mapped: its header is proven, its tensors are read where they lie.</summary>
public sealed class SafetensorsFile : ITensorFile
{
    private readonly MappedFile _mapped;

    private SafetensorsFile(string path, SafetensorsHeader header, FileStream stream)
    {
        Path = path;
        Header = header;
        _mapped = new MappedFile(stream, path, header.FileLength);
    }

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

    public void CopyTo(TensorEntry tensor, Span<byte> destination, ElementType type) => _mapped.CopyTo(tensor, destination, type);

    public nint AddressOf(TensorEntry tensor) => _mapped.AddressOf(tensor);

    public void ThrowIfChanged() => _mapped.ThrowIfChanged();

    public void Dispose() => _mapped.Dispose();
}
