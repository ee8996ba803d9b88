using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Loras;

/// <summary>
/// Low-rank adaptation (Hu et al. 2021, arXiv:2106.09685): alpha / rank * up x down, flattened over the kernel.
/// With a middle tensor the kernel is factored too: sum over r, s of up[o, r] * mid[r, s, kh, kw] * down[s, i].
/// </summary>
internal static class LowRankForm
{
    public static string? WhyNot(LoraLayer layer, Shape target)
    {
        if (!layer.Has(LoraPart.Up, LoraPart.Down))
        {
            return "one of its two factors is missing";
        }

        (Shape up, Shape down, Shape mid) = (layer.ShapeOf(LoraPart.Up), layer.ShapeOf(LoraPart.Down), layer.ShapeOf(LoraPart.Mid));
        if (up.Rank < 2 || down.Rank < 2 || down.ElementCount < 1)
        {
            return "its factors are not matrices";
        }

        // Where a core lies between them, the two have ranks of their own.
        bool joins = layer.Has(LoraPart.Mid)
            ? mid.Rank == 4 && target.Rank == 4 && mid[0] == up[1] && mid[1] == down[0] && mid[2] == target[2] && mid[3] == target[3]
                && layer.Columns(LoraPart.Down) == target[1]
            : up[1] == down[0] && layer.Columns(LoraPart.Down) == target.ElementCount / target[0];
        return joins && up[0] == target[0] && up.ElementCount == up[0] * up[1] ? null : LoraForm.Misfit(up[0], layer.Columns(LoraPart.Down), target);
    }

    public static void AddTo(LoraLayer layer, Shape target, Span<float> weight, float scale)
    {
        float[] down = layer.Read(LoraPart.Down);
        int rank = (int)layer.Rows(LoraPart.Down);
        int inner = (int)layer.ShapeOf(LoraPart.Up)[1];
        if (layer.Has(LoraPart.Mid))
        {
            down = FactorProducts.ExpandCore(layer.Read(LoraPart.Mid), down, inner, rank);
        }

        FactorProducts.AddMatrix(layer.Read(LoraPart.Up), down, inner, scale * layer.AlphaOver(rank), weight);
    }
}
