using System.Numerics.Tensors;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Loras;

/// <summary>
/// DoRA (Liu et al. 2024, arXiv:2402.09353): after the change, every row of the weight (or column, as LyCORIS trains by default) gets a length
/// of its own. A strength s goes that part of the way: weight + s * (renormalised - weight).
/// </summary>
internal static class MagnitudeForm
{
    /// <returns>Null where the lengths fit a weight of this shape; else what is wrong with them.</returns>
    public static string? WhyNot(LoraLayer layer, Shape target)
    {
        Shape lengths = layer.ShapeOf(LoraPart.Magnitude);
        return !layer.Has(LoraPart.Magnitude) || IsByRow(lengths, target) || IsByColumn(lengths, target)
            ? null
            : $"its lengths {lengths} are neither those of the rows nor of the columns of the model's {target}";
    }

    /// <param name="weight">The weight before the change; after it on return.</param>
    /// <param name="change">The change at strength 1; used up.</param>
    /// <param name="scale">1 is as trained.</param>
    public static void AddTo(LoraLayer layer, Shape target, Span<float> weight, Span<float> change, float scale)
    {
        float[] lengths = layer.Read(LoraPart.Magnitude);
        Span<float> changed = change;
        TensorPrimitives.Add(weight, changed, changed);
        if (IsByRow(layer.ShapeOf(LoraPart.Magnitude), target))
        {
            ScaleRows(changed, lengths);
        }
        else
        {
            ScaleColumns(changed, lengths, LoraForm.KernelSize(target));
        }

        TensorPrimitives.Subtract(changed, weight, changed);
        TensorPrimitives.MultiplyAdd(changed, scale, weight, weight);
    }

    private static bool IsByRow(Shape lengths, Shape target) => lengths.Rank > 0 && lengths[0] == target[0] && lengths.ElementCount == target[0];

    private static bool IsByColumn(Shape lengths, Shape target) =>
        lengths.Rank > 1 && lengths[0] == 1 && lengths[1] == target[1] && lengths.ElementCount == target[1];

    private static void ScaleRows(Span<float> values, float[] lengths)
    {
        int columns = values.Length / lengths.Length;
        for (int row = 0; row < lengths.Length; row++)
        {
            Span<float> part = values.Slice(row * columns, columns);
            TensorPrimitives.Multiply(part, Ratio(lengths[row], TensorPrimitives.Norm<float>(part)), part);
        }
    }

    /// <param name="kernel">A column is one input channel, over all outputs and the kernel's places.</param>
    private static void ScaleColumns(Span<float> values, float[] lengths, int kernel)
    {
        int columns = lengths.Length * kernel;
        float[] sums = new float[lengths.Length];
        for (int i = 0; i < values.Length; i++)
        {
            sums[i % columns / kernel] += values[i] * values[i];
        }

        for (int i = 0; i < values.Length; i++)
        {
            int column = i % columns / kernel;
            values[i] *= Ratio(lengths[column], MathF.Sqrt(sums[column]));
        }
    }

    /// <summary>A row of zeros has no direction to be stretched in.</summary>
    private static float Ratio(float wanted, float length) => length > 0 ? wanted / length : 0;
}
