using SdStudio.Diffusion.Graphs;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Tests.Inference;

/// <summary>Execution plans that a CPU can run: its own, and those of accelerators as far as graphs and weights go.</summary>
internal static class Plans
{
    public static ExecutionPlan Cpu { get; } = Make(WeightDelivery.Converted, ElementType.Float32, AttentionForm.Fused);

    public static ExecutionPlan LowMemory { get; } = Make(WeightDelivery.Mapped, ElementType.Float32, AttentionForm.Fused);

    /// <summary>As on a card: weights read by the runtime, one session a size.</summary>
    public static ExecutionPlan Card { get; } = Make(WeightDelivery.File, ElementType.Float32, AttentionForm.Decomposed) with { StaticShapes = true };

    public static ExecutionPlan CardInHalfPrecision { get; } = Make(WeightDelivery.File, ElementType.Float16, AttentionForm.Decomposed);

    private static ExecutionPlan Make(WeightDelivery delivery, ElementType precision, AttentionForm attention)
    {
        bool isCard = delivery == WeightDelivery.File;
        OperatorChoices operators = new(
            precision, attention, isCard ? NormForm.InstanceThenScale : NormForm.InstanceThenBatch, isCard ? LinearForm.Transpose : LinearForm.FusedTranspose);
        return new ExecutionPlan(operators, delivery, StaticShapes: false, ShrinksArena: false, () => Providers.NewOptions(new InferenceSettings()));
    }
}
