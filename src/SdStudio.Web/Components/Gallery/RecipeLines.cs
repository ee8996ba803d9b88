using System.Globalization;
using SdStudio.Diffusion;
using SdStudio.Diffusion.Sampling;
using SdStudio.Storage.Models;
using SdStudio.Web.Components.Parts;

namespace SdStudio.Web.Components.Gallery;

/// <summary>A recipe as people read it: names and values, in the order of the form.</summary>
public static class RecipeLines
{
    /// <param name="titleOf">What a model of this kind and name is called.</param>
    public static IEnumerable<(string Name, string Value)> Of(ImageRecipe recipe, Func<ModelKind, string, string> titleOf)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(titleOf);

        yield return ("Model", titleOf(ModelKind.Checkpoint, recipe.Checkpoint));
        if (!recipe.Loras.IsDefaultOrEmpty)
        {
            string name = recipe.Loras.Length == 1 ? "LoRA" : "LoRAs";
            yield return (name, string.Join(", ", recipe.Loras.Select(lora => $"{titleOf(ModelKind.Lora, lora.Name)} {Number(lora.Weight)}{(lora.TextEncoderWeight is { } words ? $" (words {Number(words)})" : null)}")));
        }

        yield return ("Size", PixelSize.Text(recipe.Width, recipe.Height));
        yield return ("Steps", recipe.Steps.ToString(CultureInfo.InvariantCulture));
        yield return ("Guidance", Number(recipe.GuidanceScale));
        yield return ("Sampler", $"{SamplerCatalog.Find(recipe.Sampler)?.Label ?? recipe.Sampler}, {Schedules.Find(recipe.Schedule)?.Label ?? recipe.Schedule}");
        yield return ("Seed", recipe.Seed.ToString(CultureInfo.InvariantCulture));
        if (recipe.Profile != CompatibilityProfile.SdStudio)
        {
            yield return ("Same picture as", ProgramCatalog.Of(recipe.Profile).Label);
        }

        if (recipe.Emphasis is { } emphasis)
        {
            yield return ("Emphasis", EmphasisLabels.Of(emphasis));
        }

        if (NoiseWords.Of(recipe.Noise) is { } noise)
        {
            yield return ("Noise", noise);
        }

        if (recipe.SamplerSettings != SamplerSettings.Default)
        {
            yield return ("Sampler knobs", KnobWords.Of(recipe.SamplerSettings));
        }

        if (recipe.ClipSkip > 1)
        {
            yield return ("Clip skip", recipe.ClipSkip.ToString(CultureInfo.InvariantCulture));
        }

        if (recipe.Refiner is { } refiner)
        {
            yield return ("Refiner", string.Create(CultureInfo.InvariantCulture, $"{titleOf(ModelKind.Checkpoint, refiner.Name)} from {refiner.SwitchAt * 100:0} %"));
        }

        if (recipe.Vae is { } vae)
        {
            yield return ("VAE", titleOf(ModelKind.Vae, vae));
        }

        foreach (string encoder in recipe.TextEncoders.Where(name => name.Length > 0))
        {
            yield return ("Text encoder", titleOf(ModelKind.TextEncoder, encoder));
        }

        if (recipe.NegativePrompt.Length > 0)
        {
            yield return ("Negative", recipe.NegativePrompt);
        }

        if (recipe.Template is { } template)
        {
            yield return ("Written as", template.NegativePrompt.Length > 0 ? $"{template.Prompt}\nNot: {template.NegativePrompt}" : template.Prompt);
        }
    }

    private static string Number(float value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
