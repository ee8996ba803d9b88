using System.Globalization;
using Microsoft.AspNetCore.Components;

namespace SdStudio.Web.Components.Parts;

/// <summary>A labelled value between two ends, to slide or to type.</summary>
public sealed partial class RangeField : ComponentBase
{
    [Parameter, EditorRequired]
    public required string Label { get; set; }

    /// <summary>Leaves the label to screen readers, where the place already says it.</summary>
    [Parameter]
    public bool HideLabel { get; set; }

    [Parameter, EditorRequired]
    public required double Value { get; set; }

    [Parameter]
    public EventCallback<double> ValueChanged { get; set; }

    [Parameter]
    public double Min { get; set; }

    [Parameter]
    public double Max { get; set; } = 100;

    [Parameter]
    public double Step { get; set; } = 1;

    /// <summary>The most that may be typed, where it is more than the slider reaches.</summary>
    [Parameter]
    public double? TypedMax { get; set; }

    /// <summary>What screen readers say instead of the bare number, such as "24 steps".</summary>
    [Parameter]
    public string? ValueText { get; set; }

    [Parameter]
    public bool Disabled { get; set; }

    private double Shown => Math.Clamp(Value, Min, Max);

    private string Fill => Max > Min ? Invariant($"{(Shown - Min) / (Max - Min) * 100:0.##}%") : "0%";

    private Task Slide(ChangeEventArgs e) => TryRead(e.Value, out double value) ? SetAsync(Math.Clamp(value, Min, Max)) : Task.CompletedTask;

    private Task Type(ChangeEventArgs e)
    {
        // Something that is no number puts the old one back: the assignment makes the field render again.
        double value = TryRead(e.Value, out double typed) ? Math.Clamp(typed, Min, TypedMax ?? Max) : Value;
        return SetAsync(Snap(value));
    }

    private Task SetAsync(double value) => ValueChanged.InvokeAsync(value);

    private double Snap(double value) => Step > 0 ? Min + (Math.Round((value - Min) / Step) * Step) : value;

    private static string Format(double value) => Text(Math.Round(value, 6));

    private static string Text(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private static bool TryRead(object? value, out double number) =>
        double.TryParse(value?.ToString()?.Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
}
