using System.Collections.Immutable;
using System.Globalization;
using SdStudio.Diffusion;
using SdStudio.Diffusion.Prompts;
using SdStudio.Diffusion.Sampling;
using SdStudio.Storage.Metadata;
using SdStudio.Storage.Models;

namespace SdStudio.Storage.Plots;

/// <summary>What the axes of a plot can change: a row for each field of a recipe.</summary>
public static class AxisFields
{
    private const char Joint = '\u001f';

    public static IReadOnlyList<AxisField> All { get; } =
    [
        Whole("steps", "Steps", "10-30 (+5)", 1, 1000, (recipe, value) => recipe with { Steps = value }),
        Fraction("guidance", "Guidance", "3-9 [4]", 1, 30, (recipe, value) => recipe with { GuidanceScale = value }),
        new("seed", "Seed", AxisKind.Whole, "-1, -1, 42", (recipe, _, value) => recipe with { Seed = long.Parse(value, CultureInfo.InvariantCulture) }) { Bounds = (-1, long.MaxValue) },
        Names("sampler", "Sampler", "Euler, Euler a, DPM++ 2M", PutSampler, ReadSampler, _ => SamplerCatalog.All.Select(row => row.Label)) with { Show = ShowSampler },
        Names("schedule", "Schedule", "Normal, Karras, Exponential", (recipe, value) => recipe with { Schedule = value }, ReadSchedule, _ => Schedules.All.Select(row => row.Label))
            with { Show = key => Schedules.Find(key)?.Label ?? key },
        Model("checkpoint", "Model", ModelKind.Checkpoint, (recipe, value) => recipe with { Checkpoint = value }),
        new("replace", "Words, replaced", AxisKind.Replacement, "red, blue, \"green, bright\"", (recipe, axis, value) => Replace(recipe, axis.Values[0], value)),
        new("prompt", "Prompt", AxisKind.Words, "\"a cat, sleeping\", a dog", (recipe, _, value) => recipe with { Prompt = value, Template = null }),
        new("negative", "Negative prompt", AxisKind.Words, "blurry, \"blurry, dark\", \"\"", (recipe, _, value) => recipe with { NegativePrompt = value, Template = null }),
        new("lora", "LoRA weight", AxisKind.LoraWeights, "stained-glass: 0, 0.5, 1", (recipe, _, value) => PutLora(recipe, value)) { Bounds = (-10, 10), Show = ShowLora },
        Names("size", "Size", "512x512, 768x512", PutSize, ReadSize, _ => []) with { Show = value => value.Replace("x", " × ", StringComparison.Ordinal) },
        Whole("width", "Width", "256, 384, 512", 8, 16384, (recipe, value) => recipe with { Width = value }),
        Whole("height", "Height", "256, 384, 512", 8, 16384, (recipe, value) => recipe with { Height = value }),
        Whole("clipskip", "Clip skip", "1-3", 1, 12, (recipe, value) => recipe with { ClipSkip = value }),
        Model("vae", "VAE", ModelKind.Vae, (recipe, value) => recipe with { Vae = value.Length > 0 ? value : null }, ownName: "The model’s own"),
        Model("encoder", "Text encoder", ModelKind.TextEncoder, (recipe, value) => recipe with { TextEncoders = [value, .. recipe.TextEncoders.Skip(1)] }, ownName: "The model’s own"),
        Model("refiner", "Refiner", ModelKind.Checkpoint, (recipe, value) => recipe with { Refiner = value.Length > 0 ? (recipe.Refiner ?? new RefinerSelection(value)) with { Name = value } : null }, ownName: "None"),
        Fraction("switch", "Refiner takes over at", "0.6-0.9 [4]", 0, 1, (recipe, value) => recipe.Refiner is { } refiner ? recipe with { Refiner = refiner with { SwitchAt = value } } : recipe),
        Choice<CompatibilityProfile>("profile", "Profile", "SdStudio, A1111, ComfyUI", (recipe, value) => recipe with { Profile = value }),
        Choice<EmphasisMode>("emphasis", "Emphasis", "Original, No norm, Ignore", (recipe, value) => recipe with { Emphasis = value }),
        Fraction("eta", "Eta", "0-1 [3]", 0, 1, (recipe, value) => recipe with { SamplerSettings = recipe.SamplerSettings with { Eta = value } }),
        Fraction("churn", "Churn", "0-20 (+10)", 0, 1000, (recipe, value) => recipe with { SamplerSettings = recipe.SamplerSettings with { Churn = value } }),
        Fraction("churnmin", "Churn, lowest sigma", "0, 0.5", 0, 1000, (recipe, value) => recipe with { SamplerSettings = recipe.SamplerSettings with { ChurnMin = value } }),
        Fraction("churnmax", "Churn, highest sigma", "5, 50", 0, 100000, (recipe, value) => recipe with { SamplerSettings = recipe.SamplerSettings with { ChurnMax = value } }),
        Fraction("noisescale", "Noise scale", "0.9-1.1 [3]", 0, 10, (recipe, value) => recipe with { SamplerSettings = recipe.SamplerSettings with { NoiseScale = value } }),
        Whole("order", "Sampler order", "1-4", 1, 4, (recipe, value) => recipe with { SamplerSettings = recipe.SamplerSettings with { Order = value } }),
        Choice<NoiseSource>("noise", "Noise", "Cpu, Nvidia", (recipe, value) => recipe with { Noise = recipe.Noise with { Source = value } }),
        new("variationseed", "Variation seed", AxisKind.Whole, "1-4", (recipe, _, value) => recipe with { Noise = recipe.Noise with { VariationSeed = long.Parse(value, CultureInfo.InvariantCulture) } }) { Bounds = (-1, long.MaxValue) },
        Fraction("variation", "Variation strength", "0-0.3 [4]", 0, 1, (recipe, value) => recipe with { Noise = recipe.Noise with { VariationStrength = value } }),
        Whole("stepseed", "Seed delta of later noise (ENSD)", "0, 31337", int.MinValue, int.MaxValue, (recipe, value) => recipe with { Noise = recipe.Noise with { StepSeedDelta = value } }),
    ];

    public static AxisField? Find(string key) => All.FirstOrDefault(field => field.Key == key);

    /// <summary>The model of a kind that somebody means: by its name or title, by the name of its file, by a hash, or by a part that only one has.</summary>
    internal static ModelFile? FindModel(IReadOnlyList<ModelFile> models, ModelKind kind, string name)
    {
        string plain = name.LastIndexOf(" [", StringComparison.Ordinal) is var bracket and > 0 && name.EndsWith(']') ? name[..bracket] : name;
        ModelFile[] ofKind = [.. models.Where(model => model.Kind == kind && model.Problem is null)];
        return ofKind.FirstOrDefault(model => Same(model.Name, plain))
            ?? ofKind.FirstOrDefault(model => Same(Path.GetFileName(model.Path), plain) || Same(Path.GetFileNameWithoutExtension(model.Path), plain))
            ?? ofKind.FirstOrDefault(model => Same(model.Title, plain))
            ?? ofKind.FirstOrDefault(model => model.Profile.Names.Contains(plain) || model.Hashes?.Match(plain) == true)
            ?? (ofKind.Where(model => model.Name.Contains(plain, StringComparison.OrdinalIgnoreCase)).Take(2).ToArray() is [var only] ? only : null);
    }

    /// <summary>A weight as it is kept: the number behind the LoRA's name, whose own colons do no harm.</summary>
    internal static string LoraValue(string name, string weight) => $"{name}{Joint}{weight}";

    private static AxisField Whole(string key, string label, string example, int least, int most, Func<ImageRecipe, int, ImageRecipe> put) =>
        new(key, label, AxisKind.Whole, example, (recipe, _, value) => put(recipe, int.Parse(value, CultureInfo.InvariantCulture))) { Bounds = (least, most) };

    private static AxisField Fraction(string key, string label, string example, decimal least, decimal most, Func<ImageRecipe, float, ImageRecipe> put) =>
        new(key, label, AxisKind.Fraction, example, (recipe, _, value) => put(recipe, float.Parse(value, CultureInfo.InvariantCulture))) { Bounds = (least, most) };

    private static AxisField Names(
        string key, string label, string example, Func<ImageRecipe, string, ImageRecipe> put, Func<string, string?> read, Func<IReadOnlyList<ModelFile>, IEnumerable<string>> names) =>
        new(key, label, AxisKind.Names, example, (recipe, _, value) => put(recipe, value)) { ReadName = (name, _) => read(name), Names = names };

    private static AxisField Choice<T>(string key, string label, string example, Func<ImageRecipe, T, ImageRecipe> put)
        where T : struct, Enum => Names(
            key,
            label,
            example,
            (recipe, value) => put(recipe, Enum.Parse<T>(value)),
            name => Enum.GetNames<T>().FirstOrDefault(known => Same(known, name.Replace(" ", "", StringComparison.Ordinal))),
            _ => Enum.GetNames<T>());

    /// <param name="ownName">What stands for none; null where there must be one.</param>
    private static AxisField Model(string key, string label, ModelKind kind, Func<ImageRecipe, string, ImageRecipe> put, string? ownName = null) =>
        new(key, label, AxisKind.Names, ownName is null ? "postcard, another" : "None, another", (recipe, _, value) => put(recipe, value))
        {
            Model = kind,
            Empty = ownName ?? "",
            ReadName = (name, context) => ownName is not null && (Same(name, "None") || Same(name, "Automatic")) ? "" : FindModel(context.Models, kind, name)?.Name,
            Names = models => [.. ownName is null ? (string[])[] : ["None"], .. models.Where(model => model.Kind == kind && model.Problem is null).Select(model => model.Name)],
        };

    private static ImageRecipe PutSampler(ImageRecipe recipe, string value) =>
        value.Split(Joint) is [var sampler, var schedule] ? recipe with { Sampler = sampler, Schedule = schedule } : recipe with { Sampler = value };

    /// <summary>By key or label; with the schedule behind it, as pictures of older programs say: "DPM++ 2M Karras".</summary>
    private static string? ReadSampler(string name)
    {
        if (SamplerCatalog.All.FirstOrDefault(row => Same(row.Key, name)) is { } exact)
        {
            return exact.Key;
        }

        (string? sampler, string? schedule) = FieldNames.Keys(name, null);
        return sampler is null ? null : schedule is null ? sampler : $"{sampler}{Joint}{schedule}";
    }

    private static string ShowSampler(string value) =>
        string.Join(" ", value.Split(Joint).Select((key, place) => place == 0 ? FieldNames.SamplerLabel(key) : FieldNames.ScheduleLabel(key)));

    private static string? ReadSchedule(string name) => Schedules.All.FirstOrDefault(row => Same(row.Key, name) || Same(row.Label, name))?.Key;

    private static ImageRecipe Replace(ImageRecipe recipe, string sought, string words) => recipe with
    {
        Prompt = recipe.Prompt.Replace(sought, words, StringComparison.Ordinal),
        NegativePrompt = recipe.NegativePrompt.Replace(sought, words, StringComparison.Ordinal),
        Template = null,
    };

    private static ImageRecipe PutLora(ImageRecipe recipe, string value)
    {
        (string name, float weight) = (value.Split(Joint)[0], float.Parse(value.Split(Joint)[1], CultureInfo.InvariantCulture));
        LoraSelection lora = new(name, weight);
        string prompt = PromptLoras.Remove(recipe.Prompt, name);
        ImmutableArray<LoraSelection> others = [.. recipe.Loras.Where(other => other.Name != name)];
        int place = recipe.Loras.Select(other => other.Name).ToList().IndexOf(name);

        // At 0 it is as if it were not there, and need not be merged.
        return recipe with { Prompt = prompt, Loras = weight == 0 ? others : place < 0 ? others.Add(lora) : others.Insert(place, lora) };
    }

    private static string ShowLora(string value) => value.Split(Joint) is [var name, var weight] ? $"{name} {weight}" : value;

    private static string? ReadSize(string text)
    {
        string[] sides = text.ToLowerInvariant().Split('x', '×');
        return sides.Length == 2 && Side(sides[0]) is { } width && Side(sides[1]) is { } height
            ? string.Create(CultureInfo.InvariantCulture, $"{width}x{height}")
            : null;

        static int? Side(string side) => int.TryParse(side, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out int number) && number is >= 8 and <= 16384 ? number : null;
    }

    private static ImageRecipe PutSize(ImageRecipe recipe, string value)
    {
        string[] sides = value.Split('x');
        return recipe with { Width = int.Parse(sides[0], CultureInfo.InvariantCulture), Height = int.Parse(sides[1], CultureInfo.InvariantCulture) };
    }

    private static bool Same(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);
}
