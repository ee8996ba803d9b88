using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>A file of named tensors, whatever its format. Every entry is proven to lie inside the file.</summary>
public interface ITensorFile : IDisposable
{
    /// <summary>Full path.</summary>
    string Path { get; }

    /// <summary>The table of contents: every tensor, and the texts beside them.</summary>
    SafetensorsHeader Header { get; }

    /// <summary>Reads a tensor, row-major, as another type.</summary>
    /// <param name="destination">As long as the tensor is in that type.</param>
    /// <param name="type">Float32 or Float16.</param>
    /// <exception cref="CheckpointException">The file became shorter since it was opened, or cannot be read.</exception>
    void CopyTo(TensorEntry tensor, Span<byte> destination, ElementType type);

    /// <summary>The address of a tensor's first byte, little-endian and row-major; valid until the file is disposed. 0 where it does not lie so.</summary>
    nint AddressOf(TensorEntry tensor);

    /// <summary>For those who go on by path or mapping: whether the file still is what was opened.</summary>
    /// <exception cref="CheckpointException">It was replaced, cut short or removed.</exception>
    void ThrowIfChanged();
}
