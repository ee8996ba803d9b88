using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>
/// Named weights of one network (UNet, text encoder or VAE), whatever file and naming they come from.
/// Names are those of the network's original checkpoint, without the component's prefix: <c>input_blocks.0.0.weight</c>,
/// <c>text_model.encoder.layers.0.self_attn.q_proj.weight</c>, <c>decoder.conv_in.weight</c>.
/// </summary>
public interface IWeightSource
{
    /// <summary>Every weight there is, in no particular order.</summary>
    IEnumerable<string> Names { get; }

    bool Contains(string name);

    /// <exception cref="CheckpointException">The weight is missing.</exception>
    Shape ShapeOf(string name);

    /// <summary>The type in the file.</summary>
    /// <exception cref="CheckpointException">The weight is missing.</exception>
    ElementType TypeOf(string name);

    /// <summary>Converts the weight into <paramref name="destination"/>, row-major, as <paramref name="type"/> (Float32 or Float16).</summary>
    /// <exception cref="CheckpointException">The weight is missing, or its file was cut short meanwhile.</exception>
    void CopyTo(string name, Span<byte> destination, ElementType type);

    /// <summary>Where the raw bytes lie, for those who read the file themselves (external data, or memory mapping without a copy).</summary>
    /// <exception cref="CheckpointException">The weight is missing.</exception>
    WeightLocation LocationOf(string name);

    /// <summary>To be asked before the files are read by their path, which may lead to another file by now.</summary>
    /// <exception cref="CheckpointException">A file was replaced or cut short since it was opened.</exception>
    void ThrowIfChanged()
    {
    }
}
