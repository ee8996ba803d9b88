namespace SdStudio.Storage.Metadata;

/// <summary>The words for samplers and schedules in the "parameters" text, and our keys.</summary>
internal static class FieldNames
{
    private static readonly (string Key, string Label)[] s_samplers =
    [
        ("euler", "Euler"), ("euler_a", "Euler a"), ("heun", "Heun"), ("dpmpp_2m", "DPM++ 2M"), ("dpmpp_2m_sde", "DPM++ 2M SDE"), ("ddim", "DDIM"),
    ];

    private static readonly (string Key, string Label)[] s_schedules =
    [
        ("normal", "Normal"), ("karras", "Karras"), ("exponential", "Exponential"), ("simple", "Simple"),
    ];

    /// <summary>The key itself where it is not in the catalogue: nothing is lost.</summary>
    public static string SamplerLabel(string key) => Label(s_samplers, key);

    public static string ScheduleLabel(string key) => Label(s_schedules, key);

    public static string? SamplerKey(string? label) => Key(s_samplers, label);

    public static string? ScheduleKey(string? label) => Key(s_schedules, label);

    private static string Label((string Key, string Label)[] names, string key) => names.FirstOrDefault(name => name.Key == key).Label ?? key;

    private static string? Key((string Key, string Label)[] names, string? label) =>
        names.FirstOrDefault(name => string.Equals(name.Label, label?.Trim(), StringComparison.OrdinalIgnoreCase)).Key;
}
