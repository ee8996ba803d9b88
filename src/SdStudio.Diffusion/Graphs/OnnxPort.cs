using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Graphs;

/// <summary>An input or output of a graph.</summary>
/// <param name="Dimensions">Numbers, or names of dimensions that are only known when it runs ("batch", "h", "w", "tokens").</param>
internal sealed record OnnxPort(string Name, ElementType Type, IReadOnlyList<string> Dimensions)
{
    public static OnnxPort ForWeight(string name, ElementType type, Shape shape) =>
        new(name, type, [.. shape.Dimensions.ToArray().Select(d => d.ToString(System.Globalization.CultureInfo.InvariantCulture))]);
}
