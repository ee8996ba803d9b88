using SdStudio.Diffusion.Sampling;
using SdStudio.Storage.Models;

namespace SdStudio.Web.Components.Generate;

/// <summary>What a person would expect before they have touched anything, for a given model: what is remembered for it, then its own card, then what suits its size.</summary>
public sealed record RecipeDefaults(int Width, int Height, int Steps, float GuidanceScale, string Sampler, string Schedule)
{
    /// <summary>LoRAs are often trained a little too strong.</summary>
    private const float UsualLoraWeight = 0.8f;

    /// <summary>Words for somebody who has written none yet; empty for most models.</summary>
    public string Prompt { get; init; } = "";

    public string NegativePrompt { get; init; } = "";

    public static RecipeDefaults For(ModelFile? model)
    {
        SizeLimits limits = SizeLimits.Of(model);
        RecipeSuggestion card = model?.Recommended ?? new RecipeSuggestion();
        (int width, int height) = card is { Width: { } w, Height: { } h } && (limits.ProblemOf(w) ?? limits.ProblemOf(h) ?? limits.ProblemOf(w, h)) is null
            ? (w, h)
            : (limits.NativeSize, limits.NativeSize);
        string sampler = card.Sampler ?? "dpmpp_2m";

        // Small models know few things and overshoot their colours when they are pushed hard.
        float guidance = card.GuidanceScale ?? (limits.NativeSize < 384 ? 5 : 7);
        return new RecipeDefaults(width, height, card.Steps ?? 20, guidance, sampler, card.Schedule ?? SamplerCatalog.Find(sampler)!.DefaultSchedule)
        {
            Prompt = model?.Introduction?.Prompt ?? "",
            NegativePrompt = card.NegativePrompt ?? "",
        };
    }

    /// <summary>The strength that a LoRA begins with.</summary>
    public static float WeightOf(ModelFile lora)
    {
        ArgumentNullException.ThrowIfNull(lora);
        return lora.Recommended.LoraWeight ?? UsualLoraWeight;
    }

    /// <summary>Sets everything, the words as well.</summary>
    public void ApplyTo(RecipeFormModel form, string model)
    {
        ArgumentNullException.ThrowIfNull(form);

        (form.Model, form.Width, form.Height, form.Steps, form.GuidanceScale, form.Sampler, form.Schedule) = (model, Width, Height, Steps, GuidanceScale, Sampler, Schedule);
        (form.Prompt, form.NegativePrompt) = (Prompt, NegativePrompt);
    }
}
