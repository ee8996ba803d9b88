using System.Runtime.InteropServices;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>Reading weights whole, for what is small.</summary>
public static class WeightReading
{
    /// <returns>A new row-major array.</returns>
    /// <exception cref="CheckpointException">The weight is missing.</exception>
    public static float[] Read(this IWeightSource weights, string name)
    {
        ArgumentNullException.ThrowIfNull(weights);
        float[] values = new float[weights.ShapeOf(name).ElementCount];
        weights.CopyTo(name, MemoryMarshal.AsBytes(values.AsSpan()), ElementType.Float32);
        return values;
    }
}
