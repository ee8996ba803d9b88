using System.Globalization;
using Microsoft.AspNetCore.Components;

namespace SdStudio.Web.Components.Generate;

/// <summary>One strength of a LoRA, to slide, to step or to type.</summary>
public sealed partial class LoraWeight : ComponentBase
{
    private const float Step = 0.1f;

    private ElementReference _range;

    [Parameter, EditorRequired]
    public required string Label { get; set; }

    /// <summary>For screen readers.</summary>
    [Parameter, EditorRequired]
    public required string Name { get; set; }

    [Parameter, EditorRequired]
    public required float Value { get; set; }

    [Parameter]
    public EventCallback<float> ValueChanged { get; set; }

    /// <summary>Takes the keyboard when it appears.</summary>
    [Parameter]
    public bool TakesFocus { get; set; }

    private string Percent => Words.Number(Math.Clamp((Value + 0.5f) / 2.5f * 100, 0, 100));

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender && TakesFocus)
        {
            await _range.FocusAsync();
        }
    }

    private Task TypeAsync(ChangeEventArgs e) =>
        float.TryParse(e.Value as string, NumberStyles.Float, CultureInfo.InvariantCulture, out float weight) && float.IsFinite(weight)
            ? SetAsync(weight)
            : Task.CompletedTask;

    private Task SetAsync(float weight) =>
        ValueChanged.InvokeAsync(MathF.Round(Math.Clamp(weight, -RecipeFormModel.MostLoraWeight, RecipeFormModel.MostLoraWeight), 2));
}
