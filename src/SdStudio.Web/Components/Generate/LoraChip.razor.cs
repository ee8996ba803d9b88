using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace SdStudio.Web.Components.Generate;

/// <summary>One LoRA of the recipe; its weight opens from the chip.</summary>
public sealed partial class LoraChip : ComponentBase
{
    private const float Step = 0.1f;

    private bool _open;
    private bool _focused;
    private ElementReference _range;

    [Parameter, EditorRequired]
    public required string Title { get; set; }

    [Parameter, EditorRequired]
    public float Weight { get; set; }

    [Parameter]
    public EventCallback<float> WeightChanged { get; set; }

    [Parameter]
    public EventCallback OnRemove { get; set; }

    /// <summary>Why it cannot be used, null when it can.</summary>
    [Parameter]
    public string? Problem { get; set; }

    private string Percent => Words.Number(Math.Clamp((Weight + 0.5f) / 2.5f * 100, 0, 100));

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_open && !_focused)
        {
            _focused = true;
            await _range.FocusAsync();
        }
    }

    private void Close() => _open = _focused = false;

    private void CloseOnEscape(KeyboardEventArgs e)
    {
        if (e.Key is "Escape" or "Enter")
        {
            Close();
        }
    }

    private Task TypeAsync(ChangeEventArgs e) =>
        float.TryParse(e.Value as string, NumberStyles.Float, CultureInfo.InvariantCulture, out float weight) && float.IsFinite(weight)
            ? SetAsync(weight)
            : Task.CompletedTask;

    private Task SetAsync(float weight) =>
        WeightChanged.InvokeAsync(MathF.Round(Math.Clamp(weight, -RecipeFormModel.MostLoraWeight, RecipeFormModel.MostLoraWeight), 2));
}
