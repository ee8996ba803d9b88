using System.Collections.Immutable;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Loras;

/// <summary>One way of factoring the change of a weight.</summary>
/// <param name="Label">As the field writes it.</param>
/// <param name="Signs">A layer with any of these parts is of this form.</param>
/// <param name="WhyNot">Null where the layer is complete and fits a weight of this shape; else what is wrong with it.</param>
/// <param name="AddTo">Adds a layer's change, times a scale, to a row-major weight of the shape it was proven for.</param>
internal sealed record LoraForm(
    string Label,
    ImmutableArray<LoraPart> Signs,
    Func<LoraLayer, Shape, string?> WhyNot,
    LoraForm.Addition AddTo)
{
    public delegate void Addition(LoraLayer layer, Shape target, Span<float> weight, float scale);

    public static ImmutableArray<LoraForm> All { get; } =
    [
        new("LoRA", [LoraPart.Up, LoraPart.Down], LowRankForm.WhyNot, LowRankForm.AddTo),
        new("LoHa", [LoraPart.Hada1A, LoraPart.Hada1B, LoraPart.Hada2A, LoraPart.Hada2B], HadamardForm.WhyNot, HadamardForm.AddTo),
        new("LoKr", [LoraPart.Kron1, LoraPart.Kron1A, LoraPart.Kron1B, LoraPart.Kron2, LoraPart.Kron2A, LoraPart.Kron2B], KroneckerForm.WhyNot, KroneckerForm.AddTo),
        new("full difference", [LoraPart.Difference], FullForm.WhyNot, FullForm.AddTo),
    ];

    /// <returns>The first row that the layer has a sign of; null for a layer of none.</returns>
    public static LoraForm? Of(LoraLayer layer) => All.FirstOrDefault(form => form.Signs.Any(layer.Has));

    /// <summary>Places of a convolution's kernel; 1 of a linear layer.</summary>
    /// <param name="target">Two dimensions or more, none of them 0.</param>
    public static int KernelSize(Shape target) => checked((int)(target.ElementCount / target[0] / target[1]));

    /// <summary>What every form says of a change that is too large or too small.</summary>
    public static string Misfit(long rows, long columns, Shape target) => $"it changes a weight of {rows} x {columns} where the model has {target}";
}
