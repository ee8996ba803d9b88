using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace SdStudio.Storage.Models;

/// <summary>
/// What a model's header tells of its training: kohya's <c>ss_*</c> entries and the <c>modelspec.*</c> entries of the Stability AI model
/// metadata standard. The tag frequencies are JSON inside a string: folder of pictures, then caption, then count.
/// </summary>
internal static class TrainingMetadata
{
    public const int MostTriggerWords = 20;
    public const int LongestDescription = 4000;
    public const int LongestLine = 200;

    private const int MostTags = 50;
    private const int MostTagsRead = 100_000;
    private const int LongestTag = 100;
    private const int LongestJson = 16 * 1024 * 1024;

    /// <summary>A caption is taken for a trigger word when at least so large a part of the pictures had it.</summary>
    private const double TriggerShare = 0.9;

    private const int MostDerivedTriggers = 5;

    public static ModelDetails Read(IReadOnlyDictionary<string, string> metadata)
    {
        ImmutableArray<TagCount> tags = Tags(metadata.GetValueOrDefault("ss_tag_frequency"));
        ImmutableArray<string> stated = Words(metadata.GetValueOrDefault("modelspec.trigger_phrase"));
        return new ModelDetails
        {
            Title = ForeignText.Line(metadata.GetValueOrDefault("modelspec.title"), LongestLine),
            Description = ForeignText.Paragraphs(metadata.GetValueOrDefault("modelspec.description"), LongestDescription),
            BaseModel = BaseModel(metadata),
            TrainingTags = tags,
            TriggerWords = stated.Length > 0 ? stated : Derived(tags, metadata),
        };
    }

    /// <summary>Words divided by commas, each once.</summary>
    public static ImmutableArray<string> Words(string? text) =>
        ForeignText.Line(text, LongestDescription) is { } line ? Distinct(line.Split(',', StringSplitOptions.RemoveEmptyEntries)) : [];

    public static ImmutableArray<string> Distinct(IEnumerable<string?> words) =>
        [.. words.Select(word => ForeignText.Line(word, LongestLine)).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase).Take(MostTriggerWords)];

    private static string? BaseModel(IReadOnlyDictionary<string, string> metadata)
    {
        foreach (string key in (string[])["ss_base_model_version", "modelspec.architecture", "ss_sd_model_name"])
        {
            // Trainers write "None" where nothing was given, and some a path of their own machine.
            if (ForeignText.Line(metadata.GetValueOrDefault(key), LongestLine) is { } value && value != "None")
            {
                return value.Split('/', '\\')[^1] is { Length: > 0 } last && key == "ss_sd_model_name" ? last : value;
            }
        }

        return null;
    }

    private static ImmutableArray<TagCount> Tags(string? text)
    {
        using JsonDocument? json = text is { Length: > 0 and < LongestJson } ? ForeignText.ParseJson(text) : null;
        if (json is null || json.RootElement.ValueKind != JsonValueKind.Object)
        {
            return [];
        }

        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        int read = 0;
        foreach (JsonProperty folder in json.RootElement.EnumerateObject().Where(folder => folder.Value.ValueKind == JsonValueKind.Object))
        {
            foreach (JsonProperty tag in folder.Value.EnumerateObject())
            {
                if (++read > MostTagsRead)
                {
                    break;
                }

                if (tag.Value.ValueKind == JsonValueKind.Number && tag.Value.TryGetInt64(out long count) && count is > 0 and < int.MaxValue && ForeignText.Line(Name(tag), LongestTag) is { } name)
                {
                    counts[name] = counts.GetValueOrDefault(name) + count;
                }
            }
        }

        return [.. counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(MostTags).Select(pair => new TagCount(pair.Key, pair.Value))];
    }

    private static string? Name(JsonProperty tag)
    {
        try
        {
            return tag.Name;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: valid JSON, but no text.
            return null;
        }
    }

    /// <summary>Of how many pictures there were, where the trainer says it; else of the most frequent caption's count.</summary>
    private static ImmutableArray<string> Derived(ImmutableArray<TagCount> tags, IReadOnlyDictionary<string, string> metadata)
    {
        if (tags.IsEmpty)
        {
            return [];
        }

        bool isTold = long.TryParse(metadata.GetValueOrDefault("ss_num_train_images"), NumberStyles.None, CultureInfo.InvariantCulture, out long pictures);
        // Repeats are counted there but not in the captions, so that the number may be far above every count.
        long whole = isTold && pictures <= tags[0].Count ? pictures : tags[0].Count;
        return Distinct(tags.Where(tag => tag.Count >= whole * TriggerShare).Take(MostDerivedTriggers).Select(tag => tag.Tag));
    }
}
