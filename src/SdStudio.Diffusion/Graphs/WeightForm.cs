using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Graphs;

/// <summary>How one weight gets into a graph, and its element type there. Where that is not the type the graph computes in, the graph converts.</summary>
internal readonly record struct WeightForm(WeightRoute Route, ElementType Type);
