using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using SdStudio.Diffusion;
using SdStudio.Storage.Models;

namespace SdStudio.Storage.Metadata.Programs;

/// <summary>
/// The "parameters" text of AUTOMATIC1111's web UI, and of the many that write it too: Forge, SD.Next, Civitai's generator, savers for ComfyUI, Fooocus on
/// request, and this program.
/// </summary>
internal static class WebUiReader
{
    private static readonly Regex s_hashBehindName = new(@"\s*\[([0-9a-fA-F]{6,64})\]$", RegexOptions.NonBacktracking);
    private static readonly Regex s_hypernet = new("<hypernet:[^<>]*>", RegexOptions.NonBacktracking);

    /// <summary>The first version that writes the schedule apart from the sampler.</summary>
    private static readonly Version s_scheduleApart = new(1, 9);

    /// <returns>Null for a text without parameters.</returns>
    public static ReadRecipe? Read(string text, (int Width, int Height) pixels)
    {
        var parameters = ParametersText.Parse(text);
        if (parameters.Fields.Count == 0 || !parameters.Fields.Any(field => field.Key is "Steps" or "Seed" or "Sampler" or "CFG scale" or "Model hash" or "Size-1"))
        {
            return null;
        }

        string program = ProgramOf(parameters);
        var draft = new RecipeDraft(program, program == "ComfyUI" || program == "Fooocus" ? CompatibilityProfile.ComfyUi : program == "SdStudio" ? CompatibilityProfile.SdStudio : CompatibilityProfile.A1111)
        {
            Prompt = parameters.Prompt,
            NegativePrompt = parameters.NegativePrompt,
            Seed = Seed(parameters["Seed"]),
            Steps = RecipeParameters.Fraction(parameters["Steps"]?.Trim()) is { } steps ? (long)steps : null,
            Guidance = RecipeParameters.Fraction(parameters["CFG scale"]),
            Width = Whole(parameters["Size-1"]),
            Height = Whole(parameters["Size-2"]),
            ClipSkip = Whole(parameters["Clip skip"]?.Trim()),
            Emphasis = Emphasis(parameters["Emphasis"]),
            SamplerSettings = KnobFields.Read(parameters),
        };
        draft.Noise = RecipeParameters.ReadNoise(parameters, draft.Seed ?? 0) with { Source = NoiseOf(parameters["RNG"], program) };
        if (parameters["Template"] is { } template)
        {
            draft.Template = new PromptTemplate(template, parameters["Negative Template"] ?? draft.NegativePrompt);
        }

        Sample(draft, parameters, program);
        ReadModels(draft, parameters);
        ReadHashes(draft, parameters);
        if (CivitaiResources.Find(text) is { } resources)
        {
            CivitaiResources.Take(resources, draft);
        }

        draft.TakeLoras();
        draft.Prompt = s_hypernet.Replace(draft.Prompt, "");
        WebUiLeftovers.Tell(draft, parameters);
        return draft.Build(text, pixels);
    }

    private static string ProgramOf(ParametersText parameters)
    {
        string version = parameters["Version"] ?? "", app = parameters["App"] ?? "";
        return version.StartsWith("SdStudio", StringComparison.OrdinalIgnoreCase) ? "SdStudio"
            : app.Contains("SD.Next", StringComparison.OrdinalIgnoreCase) ? "SD.Next"
            : version.StartsWith("ComfyUI", StringComparison.OrdinalIgnoreCase) ? "ComfyUI"
            : version.Contains("Fooocus", StringComparison.OrdinalIgnoreCase) ? "Fooocus"
            : version.StartsWith('f') && version.Length > 1 && char.IsAsciiDigit(version[1]) || version.Contains("forge", StringComparison.OrdinalIgnoreCase) || version.StartsWith("neo", StringComparison.Ordinal) ? "Forge"
            : parameters["Civitai resources"] is not null ? "Civitai"
            : "AUTOMATIC1111";
    }

    private static void Sample(RecipeDraft draft, ParametersText parameters, string program)
    {
        string? sampler = parameters["Sampler"]?.Trim(), schedule = parameters["Schedule type"]?.Trim() ?? (program == "Fooocus" ? parameters["Scheduler"]?.Trim() : null);
        if (program == "SD.Next" && parameters["Sampler options"] is { } options)
        {
            schedule = options.Split('/').FirstOrDefault(option => SamplerNames.FindSchedule(option) is not null);
        }

        // Before version 1.9 a name without a schedule meant the plain one; since then, and where "Automatic" is said, the sampler's own.
        bool isOld = schedule is null && (VersionOf(parameters["Version"]) is not { } version || version < s_scheduleApart);
        bool hasOwn = SamplerNames.Find(sampler).Sampler is "plms" or "lcm" or "tcd" or "restart";
        draft.Sample(sampler, schedule, isOld && !hasOwn ? "normal" : null);
        if (program == "ComfyUI" && SamplerNames.FindSchedule(schedule) == "beta")
        {
            draft.Schedule("beta_timesteps");
        }
    }

    private static void ReadModels(RecipeDraft draft, ParametersText parameters)
    {
        draft.Model(ModelKind.Checkpoint, parameters["Model"], parameters["Model hash"]);
        draft.TakeVae(parameters["VAE"], parameters["VAE hash"]);
        if (parameters["Refiner"] is { } refiner)
        {
            string? hash = s_hashBehindName.Match(refiner) is { Success: true } match ? match.Groups[1].Value : null;
            string name = draft.Model(ModelKind.Checkpoint, s_hashBehindName.Replace(refiner, ""), hash);
            if (name.Length > 0 && name is not "None")
            {
                draft.Refiner = new RefinerSelection(name, Math.Clamp(RecipeParameters.Fraction(parameters["Refiner switch at"]) ?? RecipeParameters.UsualSwitch, 0, 1));
            }
        }
    }

    private static void ReadHashes(RecipeDraft draft, ParametersText parameters)
    {
        foreach ((string name, string hash) in Pairs(parameters["Lora hashes"]))
        {
            draft.Model(ModelKind.Lora, name, hash);
        }

        foreach ((string name, string hash) in Pairs(parameters["TI hashes"]))
        {
            draft.Model(ModelKind.Embedding, name, hash);
        }

        // Civitai's own list: {"model": "…", "lora:name": "…", "embed:name": "…"}.
        if (ForeignJson.Parse(parameters["Hashes"]) is { ValueKind: JsonValueKind.Object } hashes)
        {
            foreach (JsonProperty hash in hashes.EnumerateObject().Take(64))
            {
                string[] key = hash.Name.Split(':', 2);
                string? digits = ((JsonElement?)hash.Value).Words();
                _ = key[0] switch
                {
                    "model" => draft.Model(ModelKind.Checkpoint, parameters["Model"], digits),
                    "lora" when key.Length == 2 => draft.Model(ModelKind.Lora, key[1], digits),
                    "embed" when key.Length == 2 => draft.Model(ModelKind.Embedding, key[1], digits),
                    "vae" => draft.Vae.Length > 0 ? draft.Model(ModelKind.Vae, draft.Vae, digits) : "",
                    _ => "",
                };
            }
        }
    }

    /// <summary>"name: hash, other: hash"; Fooocus writes the strength behind it.</summary>
    private static IEnumerable<(string Name, string Hash)> Pairs(string? text) => (text ?? "")
        .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Take(64)
        .Select(pair => pair.Split(':', StringSplitOptions.TrimEntries))
        .Where(parts => parts.Length >= 2 && parts[0].Length > 0)
        .Select(parts => parts.Length >= 3 && RecipeParameters.Fraction(parts[^1]) is not null && parts[^2].Length >= 8
            ? (string.Join(':', parts[..^2]), parts[^2])
            : (string.Join(':', parts[..^1]), parts[^1]));

    private static EmphasisMode? Emphasis(string? text) => text?.Trim() switch
    {
        "None" or "Ignore" => EmphasisMode.Ignore,
        "No norm" => EmphasisMode.NoNorm,
        "ComfyUI" => EmphasisMode.ComfyUi,
        "Original" => EmphasisMode.Original,
        _ => null,
    };

    /// <summary>The web UI draws its noise on the graphics card unless the text says otherwise; this program says it always.</summary>
    private static NoiseSource NoiseOf(string? source, string program) =>
        source?.Trim() == "CPU" || (source is null && program is "ComfyUI" or "Fooocus" or "SdStudio" or "SD.Next" or "Civitai") ? NoiseSource.Cpu : NoiseSource.Nvidia;

    /// <summary>Of "v1.10.1", "1.6.0", "v1.5.1-133-gabcdef0", "f2.0.1v1.10.1-previous": the web UI's own.</summary>
    private static Version? VersionOf(string? text)
    {
        string number = (text ?? "").Split('-')[0].Split('v')[^1];
        return Version.TryParse(number, out Version? version) ? version : null;
    }

    private static long? Seed(string? text) =>
        long.TryParse(text?.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long seed) ? seed
        : ulong.TryParse(text?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out ulong unsigned) ? (long)(unsigned & long.MaxValue)
        : null;

    private static long? Whole(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number > 0 ? number : null;
}
