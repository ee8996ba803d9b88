using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using SdStudio.Diffusion;
using SdStudio.Diffusion.Sampling;

namespace SdStudio.Storage.Metadata;

/// <summary>A recipe as "parameters" text and back.</summary>
public static class RecipeParameters
{
    private static readonly string s_version = $"SdStudio {typeof(RecipeParameters).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]}";
    private static readonly Regex s_lora = new(@"\s*<lora:([^:<>]+):([^:<>]+)(?::([^:<>]+))?>", RegexOptions.NonBacktracking);

    /// <summary>The web UI writes the refiner's short hash behind its name.</summary>
    private static readonly Regex s_hash = new(@"\s*\[[0-9a-f]{10}\]$", RegexOptions.NonBacktracking);

    /// <summary>The web UI writes the file's name; a recipe says names without extension.</summary>
    private static readonly Regex s_extension = new(@"\.(safetensors|sft|ckpt|pt|pth|bin)$", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase);

    /// <summary>What the web UI says where no VAE is chosen.</summary>
    private static readonly string[] s_noVae = ["None", "Automatic"];

    /// <summary>A family has two at most.</summary>
    private const int MostTextEncoders = 2;

    /// <summary>Where the web UI's own form begins.</summary>
    internal const float UsualSwitch = 0.8f;

    /// <param name="modelHash">First ten digits of the model file's SHA-256, when known.</param>
    /// <param name="loraHashes">Short hash of each LoRA whose hash is known, by name.</param>
    /// <param name="embeddingHashes">Short hash of each textual inversion that the prompts name, by that name.</param>
    /// <param name="vaeHash">Short hash of the chosen VAE, when known.</param>
    public static string Write(
        ImageRecipe recipe, string? modelHash = null, IReadOnlyDictionary<string, string>? loraHashes = null, IReadOnlyDictionary<string, string>? embeddingHashes = null, string? vaeHash = null)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        string loras = string.Join(' ', recipe.Loras.Select(lora => lora.TextEncoderWeight is { } text ? $"<lora:{lora.Name}:{Number(text)}:{Number(lora.Weight)}>" : $"<lora:{lora.Name}:{Number(lora.Weight)}>"));
        string prompt = loras.Length == 0 ? recipe.Prompt : recipe.Prompt.Length == 0 ? loras : $"{recipe.Prompt} {loras}";
        string hashes = string.Join(", ", recipe.Loras
            .Where(lora => loraHashes?.ContainsKey(lora.Name) == true)
            .Select(lora => $"{lora.Name}: {loraHashes![lora.Name]}"));

        // In the order of the web UI's own list.
        return ParametersText.Write(prompt, recipe.NegativePrompt,
        [
            new("Steps", recipe.Steps),
            new("Sampler", FieldNames.SamplerLabel(recipe.Sampler)),
            new("Schedule type", FieldNames.ScheduleLabel(recipe.Schedule)),
            new("CFG scale", Number(recipe.GuidanceScale)),
            new("Seed", recipe.Seed),
            new("Size", string.Create(CultureInfo.InvariantCulture, $"{recipe.Width}x{recipe.Height}")),
            new("Model hash", modelHash),
            new("Model", recipe.Checkpoint),
            new("VAE hash", recipe.Vae is null ? null : vaeHash),
            new("VAE", recipe.Vae),
            .. recipe.TextEncoders.Select((name, i) => new KeyValuePair<string, object?>(TextEncoderField(i), name.Length > 0 ? name : null)),
            new("Variation seed", recipe.Noise.VariationStrength > 0 ? recipe.Noise.VariationSeed : null),
            new("Variation seed strength", recipe.Noise.VariationStrength > 0 ? Number(recipe.Noise.VariationStrength) : null),
            new("Seed resize from", recipe.Noise.ResizeFromWidth > 0 ? string.Create(CultureInfo.InvariantCulture, $"{recipe.Noise.ResizeFromWidth}x{recipe.Noise.ResizeFromHeight}") : null),
            new("Clip skip", recipe.ClipSkip > 1 ? recipe.ClipSkip : null),
            new("ENSD", recipe.Noise.StepSeedDelta != 0 ? recipe.Noise.StepSeedDelta : null),
            // The web UI draws its noise on the GPU unless told; ours is the CPU's.
            new("RNG", recipe.Noise.Source == NoiseSource.Nvidia ? "NV" : "CPU"),
            new("Emphasis", FieldNames.EmphasisLabel(ProgramCatalog.EmphasisFor(recipe))),
            .. KnobFields.Write(recipe.Sampler, recipe.SamplerSettings),
            new("Refiner", recipe.Refiner?.Name),
            new("Refiner switch at", recipe.Refiner is { } refiner ? Number(refiner.SwitchAt) : null),
            new("Lora hashes", hashes.Length > 0 ? hashes : null),
            new("TI hashes", embeddingHashes is { Count: > 0 } ? string.Join(", ", embeddingHashes.Select(embedding => $"{embedding.Key}: {embedding.Value}")) : null),
            new("Version", s_version),
        ]);
    }

    /// <returns>The recipe, with what the text does not say left at <paramref name="defaults"/>; null when it has no parameters.</returns>
    public static ImageRecipe? TryRead(string text, ImageRecipe defaults)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(defaults);
        var parameters = ParametersText.Parse(text);
        if (parameters.Fields.Count == 0)
        {
            return null;
        }

        (string? sampler, string? schedule) = FieldNames.Keys(parameters["Sampler"], parameters["Schedule type"]);
        (string prompt, ImmutableArray<LoraSelection> loras) = TakeLoras(parameters.Prompt);
        return defaults with
        {
            Prompt = prompt,
            NegativePrompt = parameters.NegativePrompt,
            Checkpoint = parameters["Model"] ?? defaults.Checkpoint,
            Width = Whole(parameters["Size-1"]) ?? defaults.Width,
            Height = Whole(parameters["Size-2"]) ?? defaults.Height,
            Steps = Whole(parameters["Steps"]) ?? defaults.Steps,
            GuidanceScale = Fraction(parameters["CFG scale"]) ?? defaults.GuidanceScale,
            Seed = long.TryParse(parameters["Seed"], NumberStyles.None, CultureInfo.InvariantCulture, out long seed) ? seed : defaults.Seed,
            Sampler = sampler ?? defaults.Sampler,
            Schedule = schedule ?? defaults.Schedule,
            ClipSkip = Whole(parameters["Clip skip"]) ?? 1,
            Vae = parameters["VAE"] is { } vae && !s_noVae.Contains(vae) ? s_extension.Replace(vae, "") : null,
            TextEncoders = [.. Enumerable.Range(0, MostTextEncoders).Select(i => s_extension.Replace(parameters[TextEncoderField(i)] ?? "", ""))],
            Loras = loras,
            SamplerSettings = KnobFields.Read(parameters),
            Noise = ReadNoise(parameters, seed),
            Refiner = parameters["Refiner"] is { } refiner ? new RefinerSelection(s_hash.Replace(refiner, ""), Math.Clamp(Fraction(parameters["Refiner switch at"]) ?? UsualSwitch, 0, 1)) : null,
        };
    }

    internal static NoiseSettings ReadNoise(ParametersText parameters, long seed)
    {
        NoiseSettings noise = new()
        {
            Source = parameters["RNG"] == "NV" ? NoiseSource.Nvidia : NoiseSource.Cpu,
            VariationSeed = long.TryParse(parameters["Variation seed"], NumberStyles.None, CultureInfo.InvariantCulture, out long variation) ? variation : 0,
            VariationStrength = Fraction(parameters["Variation seed strength"]) ?? 0,
            ResizeFromWidth = Whole(parameters["Seed resize from-1"]) ?? 0,
            ResizeFromHeight = Whole(parameters["Seed resize from-2"]) ?? 0,
            StepSeedDelta = int.TryParse(parameters["ENSD"], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int delta) ? delta : 0,
        };
        return noise.WhyNot(seed) is null ? noise : NoiseSettings.Default;
    }

    /// <summary>Whole numbers without a point, as a form's whole numbers reach the text in the web UI; others as Python prints them.</summary>
    internal static string Number(float value) =>
        float.IsInteger(value) && Math.Abs(value) < 1e9f ? ((long)value).ToString(CultureInfo.InvariantCulture) : PythonText.Of(value);

    private static (string Prompt, ImmutableArray<LoraSelection> Loras) TakeLoras(string prompt)
    {
        MatchCollection tags = s_lora.Matches(prompt);
        LoraSelection[] loras = [.. tags
            .Select(tag => (Name: tag.Groups[1].Value, Text: Fraction(tag.Groups[2].Value), UNet: Fraction((tag.Groups[3].Success ? tag.Groups[3] : tag.Groups[2]).Value)))
            .Where(lora => lora.Text is not null && lora.UNet is not null)
            .Select(lora => new LoraSelection(lora.Name, lora.UNet!.Value) { TextEncoderWeight = lora.Text == lora.UNet ? null : lora.Text })];
        return loras.Length == 0 ? (prompt, []) : (PythonText.Strip(s_lora.Replace(prompt, "")), [.. loras]);
    }

    private static string TextEncoderField(int index) => string.Create(CultureInfo.InvariantCulture, $"Text encoder {index + 1}");

    private static int? Whole(string? text) =>
        int.TryParse(text, NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out int number) && number > 0 ? number : null;

    internal static float? Fraction(string? text) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float number) && float.IsFinite(number) ? number : null;
}
