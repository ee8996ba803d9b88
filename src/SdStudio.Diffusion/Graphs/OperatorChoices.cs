using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Graphs;

/// <summary>
/// Which of several equal formulas a graph uses. Execution providers differ in what they implement, what they do fast and what
/// they do right, so this is a row of a table (see the provider table of Inference) and never a question asked inside a block.
/// </summary>
/// <param name="Precision">Type of weights and activations inside the graph: Float32 or Float16. Inputs and outputs are always Float32.</param>
internal sealed record OperatorChoices(ElementType Precision, AttentionForm Attention, NormForm Norm, LinearForm Linear);
