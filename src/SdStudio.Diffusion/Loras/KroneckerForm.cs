using System.Numerics.Tensors;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Loras;

/// <summary>
/// LoKr (Yeh et al. 2023, arXiv:2309.14859): the Kronecker product of two factors, each whole or itself a product. Of a convolution
/// the left factor acts on the channels alone: change[a * C + c, b * D + d, k] = left[a, b] * right[c, d, k].
/// </summary>
internal static class KroneckerForm
{
    public static string? WhyNot(LoraLayer layer, Shape target)
    {
        if (!Left(layer, out long leftRows, out long leftColumns) || !Right(layer, target, out long rightRows, out long rightColumns))
        {
            return "its factors are incomplete, or do not fit each other";
        }

        // Compared by division: a product of sizes from a file may not fit a number.
        long columns = target.ElementCount / target[0];
        return target[0] % leftRows == 0 && target[0] / leftRows == rightRows && columns % leftColumns == 0 && columns / leftColumns == rightColumns
            && rightColumns % LoraForm.KernelSize(target) == 0
            ? null
            : $"it changes a weight of {leftRows} * {rightRows} x {leftColumns} * {rightColumns} where the model has {target}";
    }

    public static void AddTo(LoraLayer layer, Shape target, Span<float> weight, float scale)
    {
        Left(layer, out _, out long leftColumns);
        Right(layer, target, out long rightRows, out long rightColumns);
        float[] left = layer.Has(LoraPart.Kron1)
            ? layer.Read(LoraPart.Kron1)
            : FactorProducts.Matrix(layer.Read(LoraPart.Kron1A), layer.Read(LoraPart.Kron1B), (int)layer.Rows(LoraPart.Kron1B));
        float[] right = layer.Has(LoraPart.Kron2)
            ? layer.Read(LoraPart.Kron2)
            : HadamardForm.Product(layer, LoraPart.Kron2A, LoraPart.Kron2B, LoraPart.Kron2Core);
        float factor = scale * Strength(layer);

        int block = (int)rightColumns;
        int columns = (int)leftColumns * block;
        for (int row = 0; row < (int)target[0]; row++)
        {
            (int a, int c) = Math.DivRem(row, (int)rightRows);
            ReadOnlySpan<float> source = right.AsSpan(c * block, block);
            for (int b = 0; b < (int)leftColumns; b++)
            {
                Span<float> place = weight.Slice(row * columns + b * block, block);
                TensorPrimitives.MultiplyAdd(source, factor * left[a * (int)leftColumns + b], place, place);
            }
        }
    }

    /// <summary>Alpha over the rank of the factored part; alpha means nothing where both factors are whole.</summary>
    private static float Strength(LoraLayer layer) =>
        layer.Has(LoraPart.Kron2B) ? layer.AlphaOver(layer.Rows(LoraPart.Kron2B))
        : layer.Has(LoraPart.Kron1B) ? layer.AlphaOver(layer.Rows(LoraPart.Kron1B))
        : 1;

    private static bool Left(LoraLayer layer, out long rows, out long columns)
    {
        bool isWhole = layer.Has(LoraPart.Kron1);
        (rows, columns) = isWhole ? (layer.Rows(LoraPart.Kron1), layer.Columns(LoraPart.Kron1)) : (layer.Rows(LoraPart.Kron1A), layer.Columns(LoraPart.Kron1B));
        return rows > 0 && columns > 0 && (isWhole || layer.Columns(LoraPart.Kron1A) == layer.Rows(LoraPart.Kron1B));
    }

    private static bool Right(LoraLayer layer, Shape target, out long rows, out long columns)
    {
        (rows, columns) = (layer.Rows(LoraPart.Kron2), layer.Columns(LoraPart.Kron2));
        return layer.Has(LoraPart.Kron2)
            ? rows > 0 && columns > 0
            : HadamardForm.Joins(layer, LoraPart.Kron2A, LoraPart.Kron2B, LoraPart.Kron2Core, target, out rows, out columns);
    }
}
