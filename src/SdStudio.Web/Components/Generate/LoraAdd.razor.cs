using Microsoft.AspNetCore.Components;
using SdStudio.Storage.Models;

namespace SdStudio.Web.Components.Generate;

/// <summary>A native list of LoRAs to add. It is drawn again when the list is another one, not at every letter of the prompt.</summary>
public sealed partial class LoraAdd : ComponentBase
{
    private (IReadOnlyList<ModelFile> Loras, bool IsNamed) _drawn;

    [Parameter, EditorRequired]
    public required IReadOnlyList<ModelFile> Loras { get; set; }

    /// <summary>Says "LoRA" beside its plus, where no chip says it.</summary>
    [Parameter]
    public bool IsNamed { get; set; }

    [Parameter]
    public EventCallback<ModelFile> OnAdd { get; set; }

    protected override bool ShouldRender() => _drawn != (Loras, IsNamed);

    protected override void OnAfterRender(bool firstRender) => _drawn = (Loras, IsNamed);

    private Task AddAsync(ChangeEventArgs e) =>
        Loras.FirstOrDefault(lora => lora.Name == e.Value as string) is { } lora ? OnAdd.InvokeAsync(lora) : Task.CompletedTask;
}
