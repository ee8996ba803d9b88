using System.Numerics.Tensors;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Loras;

/// <summary>LoHa (Hyeon-Woo et al. 2021, arXiv:2108.06098): alpha / rank times two low-rank products, multiplied element by element.</summary>
internal static class HadamardForm
{
    public static string? WhyNot(LoraLayer layer, Shape target)
    {
        if (!layer.Has(LoraPart.Hada1A, LoraPart.Hada1B, LoraPart.Hada2A, LoraPart.Hada2B))
        {
            return "one of its four factors is missing";
        }

        return WhyNot(layer, LoraPart.Hada1A, LoraPart.Hada1B, LoraPart.Hada1Core, target)
            ?? WhyNot(layer, LoraPart.Hada2A, LoraPart.Hada2B, LoraPart.Hada2Core, target);
    }

    public static void AddTo(LoraLayer layer, Shape target, Span<float> weight, float scale)
    {
        float[] change = Product(layer, LoraPart.Hada1A, LoraPart.Hada1B, LoraPart.Hada1Core);
        TensorPrimitives.Multiply(change, Product(layer, LoraPart.Hada2A, LoraPart.Hada2B, LoraPart.Hada2Core), change);
        TensorPrimitives.MultiplyAdd(change, scale * layer.AlphaOver(layer.Rows(LoraPart.Hada1B)), weight, weight);
    }

    /// <summary>Of one of the two products; the right factor of a LoKr is one of the same kind.</summary>
    public static bool Joins(LoraLayer layer, LoraPart a, LoraPart b, LoraPart core, Shape target, out long rows, out long columns)
    {
        (Shape left, Shape right, Shape middle) = (layer.ShapeOf(a), layer.ShapeOf(b), layer.ShapeOf(core));
        (rows, columns) = (0, 0);
        if (left.Rank != 2 || right.Rank < 2 || left.ElementCount < 1 || right.ElementCount < 1)
        {
            return false;
        }

        if (!layer.Has(core))
        {
            (rows, columns) = (left[0], layer.Columns(b));
            return left[1] == right[0];
        }

        (rows, columns) = (left[1], layer.Columns(b) * LoraForm.KernelSize(target));
        return middle.Rank == 4 && target.Rank == 4 && middle[0] == left[0] && middle[1] == right[0] && middle[2] == target[2] && middle[3] == target[3];
    }

    /// <returns>[rows, columns] as <see cref="Joins"/> gave them.</returns>
    public static float[] Product(LoraLayer layer, LoraPart a, LoraPart b, LoraPart core) => layer.Has(core)
        ? FactorProducts.Tucker(layer.Read(core), layer.Read(a), layer.Read(b), (int)layer.Rows(a), (int)layer.Rows(b))
        : FactorProducts.Matrix(layer.Read(a), layer.Read(b), (int)layer.Rows(b));

    private static string? WhyNot(LoraLayer layer, LoraPart a, LoraPart b, LoraPart core, Shape target)
    {
        bool joins = Joins(layer, a, b, core, target, out long rows, out long columns);
        return joins && rows == target[0] && columns == target.ElementCount / target[0] ? null : LoraForm.Misfit(rows, columns, target);
    }
}
