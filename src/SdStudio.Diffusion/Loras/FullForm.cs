using System.Numerics.Tensors;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Loras;

/// <summary>The change of a weight as it is, not factored.</summary>
internal static class FullForm
{
    public static string? WhyNot(LoraLayer layer, Shape target) =>
        layer.Rows(LoraPart.Difference) == target[0] && layer.ShapeOf(LoraPart.Difference).ElementCount == target.ElementCount
            ? null
            : LoraForm.Misfit(layer.Rows(LoraPart.Difference), layer.Columns(LoraPart.Difference), target);

    public static void AddTo(LoraLayer layer, Shape target, Span<float> weight, float scale) =>
        TensorPrimitives.MultiplyAdd(layer.Read(LoraPart.Difference), scale, weight, weight);
}
