using System.Text.Json;
using SdStudio.Diffusion.Sampling;

namespace SdStudio.Storage.Models;

/// <summary>
/// Reads <c>card.json</c> of a diffusers folder, everything in it optional:
/// <code>
/// {
///   "title": "…", "description": "…", "prompt": "…", "examples": ["…"],
///   "defaults": {"steps": 20, "guidance": 5, "sampler": "dpmpp_2m", "schedule": "karras", "width": 256, "height": 256, "negative": "…"},
///   "draft": {"lora": "…", "weight": 1, "steps": 5, "guidance": 1, "sampler": "ddim", "schedule": "normal"}
/// }
/// </code>
/// It comes with a download like the weights do, so a part that is not as it should be is passed over; the model works without it.
/// </summary>
internal static class ModelCardFile
{
    public const string Name = "card.json";

    private const int MostBytes = 64 * 1024;
    private const int MostExamples = 8;
    private const int LongestTitle = 60;
    private const int LongestDescription = 400;
    private const int LongestPrompt = 120;
    private const int LongestNegative = 400;
    private const int LongestKey = 60;
    private const int MostSteps = 150, MostDraftSteps = 20;
    private const int SmallestSide = 8, LargestSide = 4096;
    private const float MostGuidance = 30, MostDraftWeight = 2;

    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = 8, CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <param name="folder">Full path of the diffusers folder.</param>
    /// <returns>Null when there is no card, or none that can be read.</returns>
    public static ModelIntroduction? Read(string folder)
    {
        try
        {
            var file = new FileInfo(Path.Combine(folder, Name));
            if (!file.Exists || file.Length is 0 or > MostBytes)
            {
                return null;
            }

            using FileStream stream = file.OpenRead();
            using var json = JsonDocument.Parse(stream, s_options);
            ModelIntroduction card = Read(json.RootElement);
            return card == new ModelIntroduction(null, null, []) ? null : card;
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static ModelIntroduction Read(JsonElement card) => new(
        Text(card, "title", LongestTitle),
        Text(card, "description", LongestDescription),
        Part(card, "examples") is { ValueKind: JsonValueKind.Array } list
            ? [.. list.EnumerateArray().Select(example => Text(example, LongestPrompt)).OfType<string>().Distinct().Take(MostExamples)]
            : [])
    {
        Prompt = Text(card, "prompt", LongestPrompt),
        Defaults = Part(card, "defaults") is { } defaults ? Suggestion(defaults) : null,
        Draft = Part(card, "draft") is { } draft ? Draft(draft) : null,
    };

    private static RecipeSuggestion? Suggestion(JsonElement defaults)
    {
        (string? sampler, string? schedule) = Stepping(defaults);
        (int? width, int? height) = (Integer(defaults, "width", SmallestSide, LargestSide), Integer(defaults, "height", SmallestSide, LargestSide));
        RecipeSuggestion suggestion = new()
        {
            Steps = Integer(defaults, "steps", 1, MostSteps),
            GuidanceScale = Real(defaults, "guidance", 1, MostGuidance),
            Sampler = sampler,
            Schedule = schedule,
            Width = height is null ? null : width,
            Height = width is null ? null : height,
            NegativePrompt = Text(defaults, "negative", LongestNegative),
        };
        return suggestion == new RecipeSuggestion() ? null : suggestion;
    }

    /// <returns>Null where a part of it is missing or wrong: half a setting for drafts would only spoil pictures.</returns>
    private static DraftSuggestion? Draft(JsonElement draft)
    {
        (string? sampler, string? schedule) = Stepping(draft);
        return Text(draft, "lora", LongestKey) is { } lora && lora.AsSpan().IndexOfAny('/', '\\') < 0
            && Integer(draft, "steps", 1, MostDraftSteps) is { } steps
            && Real(draft, "guidance", 1, MostGuidance) is { } guidance
            && sampler is not null && schedule is not null
            && (Part(draft, "weight") is null ? 1 : Real(draft, "weight", float.Epsilon, MostDraftWeight)) is { } weight
            ? new DraftSuggestion(lora, weight, steps, guidance, sampler, schedule)
            : null;
    }

    /// <summary>A schedule that is named but not known is no reason to take another.</summary>
    private static (string? Sampler, string? Schedule) Stepping(JsonElement part)
    {
        SamplerChoice? sampler = Text(part, "sampler", LongestKey) is { } key ? SamplerCatalog.Find(key) : null;
        string? schedule = Part(part, "schedule") is null ? sampler?.DefaultSchedule : Text(part, "schedule", LongestKey) is { } name ? Schedules.Find(name)?.Key : null;
        return (sampler?.Key, schedule);
    }

    private static JsonElement? Part(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out JsonElement part) ? part : null;

    private static int? Integer(JsonElement parent, string name, int least, int most) =>
        Part(parent, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out int value) && value >= least && value <= most ? value : null;

    private static float? Real(JsonElement parent, string name, float least, float most) =>
        Part(parent, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetSingle(out float value) && value >= least && value <= most ? value : null;

    private static string? Text(JsonElement parent, string name, int longest) => Part(parent, name) is { } value ? Text(value, longest) : null;

    /// <returns>Null for what is no string, empty, too long, or would not stay a line of text on the page.</returns>
    private static string? Text(JsonElement value, int longest)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        try
        {
            string text = value.GetString()!.Trim();
            return text.Length > 0 && text.Length <= longest && !text.Any(Breaks) ? text : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: valid JSON, but no text.
            return null;
        }
    }

    /// <summary>Control characters, line ends, and the marks that turn the direction of what follows on the page.</summary>
    private static bool Breaks(char c) => char.IsControl(c) || c is '\u2028' or '\u2029' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
