using Microsoft.AspNetCore.Components;
using SdStudio.Diffusion;
using SdStudio.Storage.Models;

namespace SdStudio.Web.Components.Generate;

/// <summary>The LoRAs of the recipe as chips, and a list to add one.</summary>
public sealed partial class LoraPicker : ComponentBase
{
    private const float FirstWeight = 0.8f;

    /// <summary>All LoRAs of the catalogue.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<ModelFile> Loras { get; set; }

    /// <summary>Changed in place.</summary>
    [Parameter, EditorRequired]
    public required IList<LoraSelection> Selected { get; set; }

    /// <summary>A LoRA that has a switch of its own elsewhere; null when none has.</summary>
    [Parameter]
    public string? Hidden { get; set; }

    [Parameter]
    public EventCallback OnChanged { get; set; }

    private IEnumerable<LoraSelection> Shown => Selected.Where(lora => lora.Name != Hidden);

    private IEnumerable<ModelFile> Others => Loras.Where(lora => lora.Name != Hidden && Selected.All(selected => selected.Name != lora.Name));

    private string TitleOf(string name) => Loras.FirstOrDefault(lora => lora.Name == name)?.Title ?? name;

    private string? ProblemOf(string name) => Loras.FirstOrDefault(lora => lora.Name == name) is { } lora ? lora.Problem : $"There is no LoRA named {name} here.";

    private async Task AddAsync(ChangeEventArgs e)
    {
        if (e.Value is string { Length: > 0 } name && Selected.All(lora => lora.Name != name))
        {
            Selected.Add(new LoraSelection(name, FirstWeight));
            await OnChanged.InvokeAsync();
        }
    }

    private async Task WeighAsync(string name, float weight)
    {
        int place = IndexOf(name);
        if (place >= 0)
        {
            Selected[place] = Selected[place] with { Weight = weight };
            await OnChanged.InvokeAsync();
        }
    }

    private async Task RemoveAsync(string name)
    {
        int place = IndexOf(name);
        if (place >= 0)
        {
            Selected.RemoveAt(place);
            await OnChanged.InvokeAsync();
        }
    }

    private int IndexOf(string name)
    {
        for (int i = 0; i < Selected.Count; i++)
        {
            if (Selected[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }
}
