using SdStudio.Storage.Models;

namespace SdStudio.Storage.Plots;

/// <summary>The words at the edges of a plot.</summary>
public sealed class PlotLabels
{
    private readonly string[][] _labels;
    private readonly string[] _names;

    /// <param name="titleOf">What a model of this kind and name is called.</param>
    public PlotLabels(PlotDefinition definition, Func<ModelKind, string, string> titleOf)
    {
        ArgumentNullException.ThrowIfNull(definition);
        _names = [.. definition.Axes.Select(axis => AxisFields.Find(axis.Field)!.Label)];
        _labels = [.. definition.Axes.Select(axis => axis.Values.Select(value => AxisFields.Find(axis.Field)!.LabelOf(value, titleOf)).ToArray())];
        Columns = [.. Along(0).Select(label => Named(0, label))];
        Rows = [.. Along(1).Select(label => Named(1, label))];
    }

    /// <summary>Above the columns: "Steps 20".</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Beside the rows; one empty word without a second axis.</summary>
    public IReadOnlyList<string> Rows { get; }

    /// <summary>The values of an axis, without its name; one empty word where there is no such axis.</summary>
    public IReadOnlyList<string> Along(int axis) => axis < _labels.Length ? _labels[axis] : [""];

    /// <summary>The name of an axis; null where there is none.</summary>
    public string? NameOf(int axis) => axis < _names.Length ? _names[axis] : null;

    /// <summary>Above a grid: "Model Postcard"; null without a third axis.</summary>
    public string? TitleOf(int z) => _labels.Length > 2 ? Named(2, _labels[2][z]) : null;

    private string Named(int axis, string label)
    {
        // A number says little on its own; a name says what it is.
        AxisKind? kind = AxisFields.All.FirstOrDefault(field => field.Label == NameOf(axis))?.Kind;
        return kind is AxisKind.Whole or AxisKind.Fraction ? $"{NameOf(axis)} {label}" : label;
    }
}
