using SdStudio.Diffusion;
using SdStudio.Storage.Models;

namespace SdStudio.Storage.Plots;

/// <summary>A part of a recipe that an axis of a plot can change.</summary>
/// <param name="Key">In stored plots and addresses.</param>
/// <param name="Label">For people.</param>
/// <param name="Kind">How its values are written.</param>
/// <param name="Example">Values as one may write them.</param>
/// <param name="Put">The recipe with a value of the axis.</param>
public sealed record AxisField(string Key, string Label, AxisKind Kind, string Example, Func<ImageRecipe, PlotAxis, string, ImageRecipe> Put)
{
    /// <summary>Smallest and largest value of a number.</summary>
    public (decimal Least, decimal Most) Bounds { get; init; } = (decimal.MinValue, decimal.MaxValue);

    /// <summary>Reads one name.</summary>
    /// <returns>As it is kept; null where there is no such name.</returns>
    internal Func<string, AxisContext, string?> ReadName { get; init; } = static (name, _) => name;

    /// <summary>All names that can be written, for a person to choose from; empty where they are not of a list.</summary>
    public Func<IReadOnlyList<ModelFile>, IEnumerable<string>> Names { get; init; } = static _ => [];

    /// <summary>A value for people, where it is another than what is kept.</summary>
    internal Func<string, string> Show { get; init; } = static value => value;

    /// <summary>The kind of model that its values name; null for none.</summary>
    public ModelKind? Model { get; init; }

    /// <summary>A value for people.</summary>
    /// <param name="titleOf">What a model of this kind and name is called.</param>
    public string LabelOf(string value, Func<ModelKind, string, string> titleOf)
    {
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(titleOf);
        return Model is { } kind && value.Length > 0 ? titleOf(kind, value) : value.Length == 0 ? Empty : Show(value);
    }

    /// <summary>What an empty value is called.</summary>
    internal string Empty { get; init; } = "(nothing)";
}
