using SdStudio.Diffusion;
using SdStudio.Diffusion.Sampling;

namespace SdStudio.Storage.Metadata;

/// <summary>The words for samplers and schedules in the "parameters" text, and the catalogues' keys.</summary>
internal static class FieldNames
{
    /// <summary>The key itself where it is not in the catalogue: nothing is lost.</summary>
    public static string SamplerLabel(string key) => SamplerCatalog.Find(key)?.Label ?? key;

    /// <inheritdoc cref="SamplerLabel"/>
    public static string ScheduleLabel(string key) => Schedules.Find(key)?.Label ?? key;

    /// <summary>As the web UI says what weights of words do; null for its usual way, which it leaves out.</summary>
    public static string? EmphasisLabel(EmphasisMode mode) => mode switch
    {
        EmphasisMode.NoNorm => "No norm",
        EmphasisMode.Ignore => "Ignore",
        EmphasisMode.ComfyUi => "ComfyUI",
        _ => null,
    };

    /// <summary>Key of a sampler and, where the text is of the years when both stood in one field ("DPM++ 2M Karras"), of its schedule.</summary>
    public static (string? Sampler, string? Schedule) Keys(string? sampler, string? schedule)
    {
        string name = (sampler ?? "").Trim();
        string? scheduleKey = Schedules.All.FirstOrDefault(row => Same(row.Label, (schedule ?? "").Trim()))?.Key;
        if (SamplerCatalog.All.FirstOrDefault(row => Same(row.Label, name)) is { } plain)
        {
            return (plain.Key, scheduleKey);
        }

        Schedule? ending = Schedules.All.FirstOrDefault(row => name.EndsWith(" " + row.Label, StringComparison.OrdinalIgnoreCase));
        return ending is null
            ? (null, scheduleKey)
            : (SamplerCatalog.All.FirstOrDefault(row => Same(row.Label, name[..^(ending.Label.Length + 1)]))?.Key, scheduleKey ?? ending.Key);
    }

    private static bool Same(string left, string right) => left.Equals(right, StringComparison.OrdinalIgnoreCase);
}
