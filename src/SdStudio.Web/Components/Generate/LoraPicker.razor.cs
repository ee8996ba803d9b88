using Microsoft.AspNetCore.Components;
using SdStudio.Diffusion;
using SdStudio.Storage.Models;

namespace SdStudio.Web.Components.Generate;

/// <summary>
/// The LoRAs of the recipe as chips, whether they were added here or are named in the prompt, and a list of those that fit to add one. A chip's
/// weight and a tag in the prompt are the same number.
/// </summary>
public sealed partial class LoraPicker : ComponentBase
{
    /// <summary>The others are on the LoRA's own page.</summary>
    private const int MostWords = 8;

    private IReadOnlyList<LoraSelection> _shown = [];
    private IReadOnlyList<ModelFile> _offered = [];
    private (IReadOnlyList<ModelFile> Models, ModelFile? Model, string Chosen)? _offeredFor;

    /// <summary>All models of the catalogue.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<ModelFile> Models { get; set; }

    /// <summary>The chosen checkpoint: LoRAs that cannot fit it are not offered.</summary>
    [Parameter, EditorRequired]
    public required ModelFile? Model { get; set; }

    /// <summary>Changed in place.</summary>
    [Parameter, EditorRequired]
    public required RecipeFormModel Form { get; set; }

    /// <summary>A LoRA that has a switch of its own elsewhere; null when none has.</summary>
    [Parameter]
    public string? Hidden { get; set; }

    [Parameter]
    public EventCallback OnChanged { get; set; }

    protected override void OnParametersSet()
    {
        IReadOnlyList<LoraSelection> all = Form.AllLoras;
        // Named in the prompt it is shown all the same: its switch knows nothing of that.
        _shown = [.. all.Where(lora => lora.Name != Hidden || !Form.Loras.Contains(lora))];
        string chosen = string.Join('\n', all.Select(lora => lora.Name).Append(Hidden));
        if (_offeredFor is not { } before || before.Models != Models || before.Model != Model || before.Chosen != chosen)
        {
            // The page is drawn at every letter of the prompt, and there may be thousands: they are sorted when something changed.
            _offeredFor = (Models, Model, chosen);
            HashSet<string> taken = [.. all.Select(lora => lora.Name).Append(Hidden).OfType<string>()];
            _offered = [.. Models
                .Where(lora => lora.Kind == ModelKind.Lora && !taken.Contains(lora.Name) && (Model is null || ModelFit.Fits(lora, Model)))
                .OrderByDescending(lora => lora.Profile.IsFavourite)];
        }
    }

    private ModelFile? Find(string name) =>
        Models.FirstOrDefault(lora => lora.Kind == ModelKind.Lora && lora.Name == name)
        ?? Models.FirstOrDefault(lora => lora.Kind == ModelKind.Lora && lora.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static IReadOnlyList<string> WordsOf(ModelFile? lora) => lora is null ? [] : [.. lora.Details.TriggerWords.Take(MostWords)];

    private string? ProblemOf(string name, ModelFile? found) => found switch
    {
        null => $"There is no LoRA named {name} here.",
        { Problem: { } problem } => problem,
        { } lora when Model is not null && !ModelFit.Fits(lora, Model) => $"Made for {lora.Family}, but {Model.Title} is {Model.Family}.",
        _ => null,
    };

    private Task AddAsync(ModelFile lora) => SetAsync(new LoraSelection(lora.Name, RecipeDefaults.WeightOf(lora)));

    private Task SetAsync(LoraSelection lora)
    {
        Form.SetLora(lora);
        return OnChanged.InvokeAsync();
    }

    private Task AddWordAsync(string word)
    {
        Form.AddWords(word);
        return OnChanged.InvokeAsync();
    }

    private Task RemoveAsync(string name)
    {
        Form.RemoveLora(name);
        return OnChanged.InvokeAsync();
    }
}
