using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using SdStudio.Diffusion;

namespace SdStudio.Web.Components.Generate;

/// <summary>One LoRA of the recipe; its weights open from the chip.</summary>
public sealed partial class LoraChip : ComponentBase
{
    private bool _open;

    /// <summary>The switch is on, though both weights may be alike at this moment.</summary>
    private bool _parted;

    [Parameter, EditorRequired]
    public required string Title { get; set; }

    [Parameter, EditorRequired]
    public required LoraSelection Lora { get; set; }

    [Parameter]
    public EventCallback<LoraSelection> LoraChanged { get; set; }

    [Parameter]
    public EventCallback OnRemove { get; set; }

    /// <summary>Why it cannot be used, null when it can.</summary>
    [Parameter]
    public string? Problem { get; set; }

    /// <summary>Words that call it.</summary>
    [Parameter]
    public IReadOnlyList<string> TriggerWords { get; set; } = [];

    /// <summary>One of them was pressed.</summary>
    [Parameter]
    public EventCallback<string> OnWord { get; set; }

    private bool IsApart => _parted || Lora.TextEncoderWeight is not null;

    private void Close() => _open = false;

    private void CloseOnEscape(KeyboardEventArgs e)
    {
        if (e.Key is "Escape" or "Enter")
        {
            Close();
        }
    }

    private Task WeighAsync(float weight) => SetAsync(weight, IsApart ? Lora.TextEncoderWeight ?? Lora.Weight : null);

    private Task WeighWordsAsync(float weight) => SetAsync(Lora.Weight, weight);

    private Task PartAsync(ChangeEventArgs e)
    {
        _parted = e.Value is true;
        return _parted ? Task.CompletedTask : SetAsync(Lora.Weight, null);
    }

    /// <summary>One strength is written once, as a tag is read.</summary>
    private Task SetAsync(float weight, float? words)
    {
        _parted = words is not null;
        return LoraChanged.InvokeAsync(Lora with { Weight = weight, TextEncoderWeight = words == weight ? null : words });
    }
}
