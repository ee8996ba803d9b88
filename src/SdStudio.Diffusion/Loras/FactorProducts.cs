using System.Numerics.Tensors;

namespace SdStudio.Diffusion.Loras;

/// <summary>Products of small factors, row-major.</summary>
internal static class FactorProducts
{
    /// <param name="left">[rows, inner]</param>
    /// <param name="right">[inner, columns]</param>
    /// <returns>[rows, columns]</returns>
    public static float[] Matrix(ReadOnlySpan<float> left, ReadOnlySpan<float> right, int inner)
    {
        int columns = right.Length / inner;
        float[] product = new float[left.Length / inner * columns];
        AddMatrix(left, right, inner, 1, product);
        return product;
    }

    /// <summary>Adds <paramref name="scale"/> times the product to <paramref name="sum"/>.</summary>
    /// <param name="left">[rows, inner]</param>
    /// <param name="right">[inner, columns]</param>
    /// <param name="sum">[rows, columns]</param>
    public static void AddMatrix(ReadOnlySpan<float> left, ReadOnlySpan<float> right, int inner, float scale, Span<float> sum)
    {
        int columns = right.Length / inner;
        for (int row = 0; row < left.Length / inner; row++)
        {
            Span<float> target = sum.Slice(row * columns, columns);
            for (int i = 0; i < inner; i++)
            {
                TensorPrimitives.MultiplyAdd(right.Slice(i * columns, columns), scale * left[row * inner + i], target, target);
            }
        }
    }

    /// <summary>The inner half of a Tucker product: sum over q of core[p, q, k] * right[q, i].</summary>
    /// <param name="core">[p, q, k]; k counts the kernel's places.</param>
    /// <param name="right">[q, in]</param>
    /// <returns>[p, in, k]</returns>
    public static float[] ExpandCore(ReadOnlySpan<float> core, ReadOnlySpan<float> right, int p, int q)
    {
        int kernel = core.Length / (p * q);
        int inputs = right.Length / q;
        float[] expanded = new float[p * inputs * kernel];
        for (int outer = 0; outer < p; outer++)
        {
            for (int inner = 0; inner < q; inner++)
            {
                ReadOnlySpan<float> places = core.Slice((outer * q + inner) * kernel, kernel);
                for (int i = 0; i < inputs; i++)
                {
                    Span<float> target = expanded.AsSpan((outer * inputs + i) * kernel, kernel);
                    TensorPrimitives.MultiplyAdd(places, right[inner * inputs + i], target, target);
                }
            }
        }

        return expanded;
    }

    /// <summary>A Tucker product (LyCORIS): sum over p, q of core[p, q, k] * left[p, o] * right[q, i].</summary>
    /// <param name="core">[p, q, k]</param>
    /// <param name="left">[p, out]</param>
    /// <param name="right">[q, in]</param>
    /// <returns>[out, in, k]</returns>
    public static float[] Tucker(ReadOnlySpan<float> core, ReadOnlySpan<float> left, ReadOnlySpan<float> right, int p, int q) =>
        Matrix(Transpose(left, p), ExpandCore(core, right, p, q), p);

    /// <param name="matrix">[rows, columns]</param>
    /// <returns>[columns, rows]</returns>
    private static float[] Transpose(ReadOnlySpan<float> matrix, int rows)
    {
        int columns = matrix.Length / rows;
        float[] transposed = new float[matrix.Length];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                transposed[column * rows + row] = matrix[row * columns + column];
            }
        }

        return transposed;
    }
}
