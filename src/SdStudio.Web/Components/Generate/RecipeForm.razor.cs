using Microsoft.AspNetCore.Components;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Storage.Models;
using SdStudio.Storage.Styles;
using SdStudio.Web.Generation;

namespace SdStudio.Web.Components.Generate;

/// <summary>Everything of a recipe but its words. It stands in the left column, and in the sheet on a phone.</summary>
public sealed partial class RecipeForm : ComponentBase
{
    /// <summary>Changed in place.</summary>
    [Parameter, EditorRequired]
    public required RecipeFormModel Form { get; set; }

    /// <summary>All models and LoRAs of the catalogue.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<ModelFile> Models { get; set; }

    /// <summary>All styles there are.</summary>
    [Parameter]
    public IReadOnlyList<PromptStyle> Styles { get; set; } = [];

    [Parameter, EditorRequired]
    public required RecipeLimits Limits { get; set; }

    [Parameter]
    public EventCallback OnChanged { get; set; }

    [Parameter]
    public FieldMessages Messages { get; set; } = new();

    [Parameter]
    public bool Advanced { get; set; }

    [Parameter]
    public EventCallback<bool> AdvancedChanged { get; set; }

    /// <summary>The seed of the last picture, which the pin keeps.</summary>
    [Parameter]
    public long? LastSeed { get; set; }

    /// <summary>Address of the newest picture of the chosen model; null when it has made none.</summary>
    [Parameter]
    public string? Cover { get; set; }

    /// <summary>Whether the chosen model is in memory.</summary>
    [Parameter]
    public bool IsLoaded { get; set; }

    /// <summary>The settings shall be what Create begins with for the chosen model.</summary>
    [Parameter]
    public EventCallback OnKeep { get; set; }

    /// <summary>Somebody changed something that can be remembered for the model. Drafts are for the moment.</summary>
    private bool CanKeep => OnKeep.HasDelegate && Model is { Problem: null } model && Draft?.IsOn(Form) is not true && Form.ToSettings() != new RecipeFormModel().Begin(model).ToSettings();

    private IReadOnlyList<ModelFile> Checkpoints => OfKind(ModelKind.Checkpoint);

    private IReadOnlyList<ModelFile> Refiners => Model is { } first ? [.. Checkpoints.Where(model => model.Name != first.Name && Refines(model, first))] : [];

    /// <summary>Why the chosen refiner, which stays chosen, cannot take over; null when it can.</summary>
    private string? RefinerProblem
    {
        get
        {
            if (Form.Refiner is not { } chosen || Model is not { } first)
            {
                return null;
            }

            ModelFile? refiner = Checkpoints.FirstOrDefault(model => model.Name == chosen.Name);
            return refiner is null ? $"There is no model named {chosen.Name} here. Choose another refiner, or none."
                : Refines(refiner, first) ? null
                : refiner.Family == first.Family ? refiner.Problem
                : $"{refiner.Title} is {refiner.Family ?? "of an unknown family"} and cannot go on with pictures of {first.Title}, which is {first.Family}.";
        }
    }

    private int TextEncoderCount => ModelFamilies.All.FirstOrDefault(family => family.Label == Model?.Family)?.Defaults?.TextEncoders.Length ?? 1;

    private ModelFile? Model => Models.FirstOrDefault(model => model.Kind == ModelKind.Checkpoint && model.Name == Form.Model);

    /// <summary>What whoever chose the model should know; what keeps it from being used is said in red once somebody tries.</summary>
    private IEnumerable<string> Remarks => Model is not { Problem: null } model ? []
        : new[] { model.Remark, Messages[nameof(RecipeFormModel.Model)] is null ? MissingWords.Of(model, Form) : null }.OfType<string>();

    private Draft? Draft => Draft.For(Model, Models);

    /// <summary>Of the same family, or the refiner proper of Stable Diffusion XL, which makes no pictures by itself.</summary>
    private static bool Refines(ModelFile model, ModelFile first) => model.Problem is null
        ? model.Family == first.Family
        : model.Family == ModelFamilies.StableDiffusionXlRefiner.Label && first.Family == ModelFamilies.StableDiffusionXl.Label;

    private IReadOnlyList<ModelFile> OfKind(ModelKind kind) => [.. Models.Where(model => model.Kind == kind)];

    private Task ChangeAsync(Action change)
    {
        change();
        return OnChanged.InvokeAsync();
    }

    private Task ChooseModelAsync(ModelFile model) => ChangeAsync(() =>
    {
        // Another model cannot use this one's LoRA.
        Draft?.TurnOff(Form);
        Form.Choose(model, Model);
    });
}
