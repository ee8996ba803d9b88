using System.Globalization;
using SdStudio.Diffusion.Sampling;

namespace SdStudio.Diffusion;

/// <summary>In what two recipes differ, field by field and in the order of the form. What makes no picture differ is left out.</summary>
public static class RecipeDifferences
{
    /// <summary>Empty where both make the same picture.</summary>
    /// <param name="titleOf">What a model is called, from its name in the catalogue; null: by that name.</param>
    public static IReadOnlyList<RecipeDifference> Between(ImageRecipe first, ImageRecipe second, Func<string, string>? titleOf = null)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        (string Name, string Value)[] one = [.. Fields(first, titleOf ?? (name => name))], other = [.. Fields(second, titleOf ?? (name => name))];
        return [.. one.Zip(other).Where(pair => pair.First.Value != pair.Second.Value)
            .Select(pair => new RecipeDifference(pair.First.Name, pair.First.Value, pair.Second.Value))];
    }

    /// <summary>Always the same names in the same order; a value says all that matters in it.</summary>
    private static IEnumerable<(string Name, string Value)> Fields(ImageRecipe recipe, Func<string, string> titleOf)
    {
        yield return ("Prompt", Words(recipe.Prompt));
        yield return ("Negative prompt", Words(recipe.NegativePrompt));
        yield return ("Model", titleOf(recipe.Checkpoint));
        yield return ("LoRAs", Words(string.Join(", ", recipe.Loras.Select(lora => $"{titleOf(lora.Name)} {Number(lora.Weight)}{(lora.TextEncoderWeight is { } text ? $" (words {Number(text)})" : null)}"))));
        yield return ("Size", string.Create(CultureInfo.InvariantCulture, $"{recipe.Width} × {recipe.Height}"));
        yield return ("Steps", Number(recipe.Steps));
        yield return ("Guidance", Number(recipe.GuidanceScale));
        yield return ("Seed", recipe.Seed.ToString(CultureInfo.InvariantCulture));
        yield return ("Sampler", SamplerCatalog.Find(recipe.Sampler)?.Label ?? recipe.Sampler);
        yield return ("Schedule", Schedules.Find(recipe.Schedule)?.Label ?? recipe.Schedule);
        foreach ((string Name, string Value) knob in Knobs(recipe.SamplerSettings))
        {
            yield return knob;
        }

        yield return ("Same picture as", ProgramCatalog.Of(recipe.Profile).Label);
        yield return ("Emphasis", recipe.Emphasis is { } emphasis ? EmphasisLabels.Of(emphasis) : "as the program has it");
        foreach ((string Name, string Value) row in Noise(recipe.Noise))
        {
            yield return row;
        }

        yield return ("Clip skip", Number(recipe.ClipSkip));
        yield return ("Refiner", recipe.Refiner is { } refiner ? $"{titleOf(refiner.Name)} from {Number(refiner.SwitchAt * 100)} %" : "none");
        yield return ("VAE", recipe.Vae is { } vae ? titleOf(vae) : "the model’s own");
        yield return ("Text encoders", recipe.TextEncoders.IsEmpty ? "the model’s own" : string.Join(", ", recipe.TextEncoders.Select(name => name.Length > 0 ? titleOf(name) : "the model’s own")));
    }

    private static IEnumerable<(string Name, string Value)> Knobs(SamplerSettings settings)
    {
        yield return ("Eta", settings.Eta is { } eta ? Number(eta) : "the sampler’s own");
        yield return ("Churn", settings.Churn > 0 ? $"{Number(settings.Churn)} from sigma {Number(settings.ChurnMin)} to {(settings.ChurnMax is { } most ? Number(most) : "the highest")}" : "none");
        yield return ("Noise scale", Number(settings.NoiseScale));
        yield return ("Order", settings.Order is { } order ? Number(order) : "the sampler’s own");
    }

    private static IEnumerable<(string Name, string Value)> Noise(NoiseSettings noise)
    {
        yield return ("Noise", LabelOf(noise.Source));
        yield return ("Noise on the way", noise.StepSource is not null || noise.StepSeedDelta != 0
            ? string.Create(CultureInfo.InvariantCulture, $"{LabelOf(noise.StepSource ?? noise.Source)}, seed {noise.StepSeedDelta:+0;-0;+0}")
            : "goes on where the first ends");
        yield return ("Variation", noise.VariationStrength > 0 ? string.Create(CultureInfo.InvariantCulture, $"{Number(noise.VariationStrength * 100)} % of seed {noise.VariationSeed}") : "none");
        yield return ("Seed resized from", noise is { ResizeFromWidth: > 0, ResizeFromHeight: > 0 } ? string.Create(CultureInfo.InvariantCulture, $"{noise.ResizeFromWidth} × {noise.ResizeFromHeight}") : "none");
        yield return ("Batch", noise.BatchSize > 1 ? string.Create(CultureInfo.InvariantCulture, $"picture {noise.BatchIndex + 1} of {noise.BatchSize} in one draw") : "a seed for each picture");
    }

    private static string LabelOf(NoiseSource source) => source == NoiseSource.Nvidia ? "NVIDIA card" : "processor";

    private static string Words(string text) => text.Length > 0 ? text : "none";

    private static string Number(float value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
