using System.Collections.Immutable;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>What a checkpoint holds of one network.</summary>
/// <param name="Component">Which network.</param>
/// <param name="TensorCount">Number of weights; 0 where the network is absent.</param>
/// <param name="ParameterCount">Number of elements in them.</param>
/// <param name="Types">Tensors by element type.</param>
/// <param name="MissingWeights">Weights that the network needs and the file does not have. Empty where the whole network is absent.</param>
public sealed record ComponentSummary(
    Component Component,
    int TensorCount,
    long ParameterCount,
    ImmutableSortedDictionary<ElementType, int> Types,
    ImmutableArray<string> MissingWeights)
{
    /// <summary>As the field writes it.</summary>
    public string Name => NameOf(Component);

    /// <summary>What to say of networks that a model lacks.</summary>
    public static string Absent(IEnumerable<Component> components) =>
        $"This model has no {string.Join(" and no ", components.Select(NameOf))}. Put what it lacks into models/vae or models/text_encoders, choose it in the recipe, or use a complete checkpoint.";

    public static string NameOf(Component component) => component switch
    {
        Component.UNet => "UNet",
        Component.TextEncoder => "text encoder",
        Component.SecondTextEncoder => "second text encoder",
        Component.Vae => "VAE",
        Component.TinyDecoder => "tiny decoder",
        _ => throw new ArgumentOutOfRangeException(nameof(component), component, null),
    };
}
