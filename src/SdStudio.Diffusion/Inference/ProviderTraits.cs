using System.Collections.Immutable;
using SdStudio.Diffusion.Graphs;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Inference;

/// <summary>What we know of an execution provider: one row of the table in <see cref="Providers"/>.</summary>
/// <param name="Label">As people call it.</param>
/// <param name="RuntimeName">As the runtime lists it.</param>
/// <param name="Precisions">Precisions of the UNet to try, best first.</param>
/// <param name="Delivery">How the UNet's weights get there.</param>
/// <param name="StaticShapes">Whether a session serves one size only.</param>
/// <param name="BatchesGuidance">Whether both evaluations of a guided step run as one batch; on a CPU two runs are faster, hold less memory and stop sooner.</param>
/// <param name="Norm">The form of group normalisation that is right and fast there.</param>
/// <param name="Linear">FusedMatMul where the provider implements it.</param>
internal sealed record ProviderTraits(
    InferenceProvider Provider,
    string Label,
    string RuntimeName,
    ImmutableArray<ElementType> Precisions,
    WeightDelivery Delivery,
    bool StaticShapes,
    bool BatchesGuidance,
    NormForm Norm,
    LinearForm Linear)
{
    public bool IsCpu => Provider == InferenceProvider.Cpu;

    public OperatorChoices Operators(ElementType precision, AttentionForm attention) => new(precision, attention, Norm, Linear);
}
