using SdStudio.Diffusion.Sampling;

namespace SdStudio.Web.Components.Generate;

/// <summary>Samplers and schedules by the keys that recipes hold, which may come from anywhere.</summary>
internal static class SamplerLabels
{
    /// <summary>"DPM++ 2M"; the key itself where no such sampler is known.</summary>
    public static string Sampler(string key) => SamplerCatalog.Find(key)?.Label ?? key;

    /// <summary>"Karras"; the key itself where no such schedule is known.</summary>
    public static string Schedule(string key) => Schedules.Find(key)?.Label ?? key;

    /// <summary>"DPM++ 2M, Karras".</summary>
    public static string Pair(string sampler, string schedule) => $"{Sampler(sampler)}, {Schedule(schedule)}";
}
