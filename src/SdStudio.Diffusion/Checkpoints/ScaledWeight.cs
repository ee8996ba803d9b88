using System.Diagnostics.CodeAnalysis;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>
/// Weights in fp8 that were divided by a number of their own before they were rounded, so that they use the whole range of the type. ComfyUI's files
/// keep it beside the weight as <c>scale_weight</c>, newer ones as <c>weight_scale</c>.
/// </summary>
internal static class ScaledWeight
{
    private const string Weight = ".weight";

    private static readonly string[] s_scales = [".scale_weight", ".weight_scale"];

    /// <summary>Those of the activations, and what only marks the file.</summary>
    private static readonly string[] s_others = [".scale_input", ".input_scale", ".comfy_quant"];

    private const string Mark = "scaled_fp8";

    /// <param name="weight">The weight that a tensor of this name scales.</param>
    public static bool IsOfWeight(string name, [NotNullWhen(true)] out string? weight)
    {
        weight = s_scales.Where(scale => name.EndsWith(scale, StringComparison.Ordinal)).Select(scale => name[..^scale.Length] + Weight).FirstOrDefault();
        return weight is not null;
    }

    /// <summary>Whether a tensor of this name is for those who compute in fp8, and no weight.</summary>
    public static bool IsForOthers(string name) => name == Mark || s_others.Any(end => name.EndsWith(end, StringComparison.Ordinal));

    public static bool IsOne(TensorEntry scale) => scale.Shape.ElementCount == 1;

    /// <summary>As <see cref="ITensorFile.CopyTo"/>, times the scale.</summary>
    /// <exception cref="CheckpointException">The scale is no number, or the file was cut short meanwhile.</exception>
    public static void CopyTo(ITensorFile file, TensorEntry tensor, ITensorFile scaleFile, TensorEntry scale, Span<byte> destination, ElementType type)
    {
        float[] factor = new float[1];
        scaleFile.CopyTo(scale, MemoryMarshal.AsBytes(factor.AsSpan()), ElementType.Float32);
        if (!float.IsFinite(factor[0]))
        {
            throw new CheckpointException(file.Path, CheckpointProblem.InvalidEntry, "The file is damaged: the scale of one of its fp8 weights is no number. Download it again.");
        }

        if (type == ElementType.Float32)
        {
            file.CopyTo(tensor, destination, type);
            Span<float> values = MemoryMarshal.Cast<byte, float>(destination);
            TensorPrimitives.Multiply(values, factor[0], values);
            return;
        }

        float[] single = new float[tensor.Shape.ElementCount];
        file.CopyTo(tensor, MemoryMarshal.AsBytes(single.AsSpan()), ElementType.Float32);
        TensorPrimitives.Multiply(single, factor[0], single);
        TensorPrimitives.ConvertToHalf(single, MemoryMarshal.Cast<byte, Half>(destination));
    }
}
