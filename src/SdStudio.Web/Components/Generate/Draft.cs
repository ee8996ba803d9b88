using SdStudio.Diffusion;
using SdStudio.Storage.Models;

namespace SdStudio.Web.Components.Generate;

/// <summary>
/// Quick, rough pictures with the LoRA a model brings along for them. It is on while that LoRA is in the recipe, so a reload,
/// a bookmark and a remix know it too.
/// </summary>
/// <param name="Lora">Name of the LoRA in the catalogue.</param>
/// <param name="Settings">What it was distilled for.</param>
/// <param name="Usual">The model's settings without it.</param>
public sealed record Draft(string Lora, DraftSuggestion Settings, RecipeDefaults Usual)
{
    private StepSettings Quick => new(Settings.Steps, Settings.GuidanceScale, Settings.Sampler, Settings.Schedule);

    /// <returns>Null where the model has none, or its LoRA is not there or cannot be used.</returns>
    public static Draft? For(ModelFile? model, IEnumerable<ModelFile> models)
    {
        ArgumentNullException.ThrowIfNull(models);
        if (model?.Introduction?.Draft is not { } settings)
        {
            return null;
        }

        // By its place: a LoRA of the same name elsewhere is another one.
        string file = Path.Combine(model.Path, "loras", settings.Lora + ".safetensors");
        return models.FirstOrDefault(lora => lora.Kind == ModelKind.Lora && lora.Problem is null && lora.Path == file) is { } lora
            ? new Draft(lora.Name, settings, RecipeDefaults.For(model))
            : null;
    }

    public bool IsOn(RecipeFormModel form)
    {
        ArgumentNullException.ThrowIfNull(form);
        return form.Loras.Exists(lora => lora.Name == Lora);
    }

    public void TurnOn(RecipeFormModel form)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (!IsOn(form))
        {
            form.BeforeDraft = StepSettings.Of(form);
            form.Loras.Add(new LoraSelection(Lora, Settings.Weight));
            Quick.ApplyTo(form);
        }
    }

    /// <summary>Everything goes back to what it was, except what was changed meanwhile.</summary>
    public void TurnOff(RecipeFormModel form)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (!IsOn(form))
        {
            return;
        }

        form.Loras.RemoveAll(lora => lora.Name == Lora);
        StepSettings before = form.BeforeDraft ?? new StepSettings(Usual.Steps, Usual.GuidanceScale, Usual.Sampler, Usual.Schedule);
        StepSettings now = StepSettings.Of(form);
        bool sameStepping = (now.Sampler, now.Schedule) == (Quick.Sampler, Quick.Schedule);
        new StepSettings(
            now.Steps == Quick.Steps ? before.Steps : now.Steps,
            now.GuidanceScale == Quick.GuidanceScale ? before.GuidanceScale : now.GuidanceScale,
            sameStepping ? before.Sampler : now.Sampler,
            sameStepping ? before.Schedule : now.Schedule).ApplyTo(form);
        form.BeforeDraft = null;
    }
}
