using System.Collections.Frozen;
using SdStudio.Diffusion.Sampling;

namespace SdStudio.Storage.Metadata.Programs;

/// <summary>What other programs call samplers and schedules. Every name is compared without case, blanks and signs, so that "DPM++ 2M Karras", "dpmpp_2m_karras" and "k_dpmpp_2m" meet.</summary>
internal static class SamplerNames
{
    private static readonly FrozenDictionary<string, string> s_samplers = Table(
        SamplerCatalog.All.SelectMany(row => new (string, string)[] { (row.Key, row.Key), (row.Label, row.Key) }),
        [
            // ComfyUI, SwarmUI, Fooocus
            ("euler_ancestral", "euler_a"), ("dpm_2", "dpm2"), ("dpm_2_ancestral", "dpm2_a"), ("dpmpp_2s_ancestral", "dpmpp_2s_a"), ("uni_pc", "unipc"), ("uni_pc_bh2", "unipc_bh2"),
            ("dpmpp_2m_sde_heun", "dpmpp_2m_sde_heun"),
            // InvokeAI and its forebears
            ("kdpm_2", "dpm2"), ("kdpm_2_a", "dpm2_a"), ("dpm_2_a", "dpm2_a"), ("pndm", "plms"), ("dpmpp_2", "dpmpp_2m"), ("dpmpp_2_a", "dpmpp_2s_a"), ("dpmpp_2s", "dpmpp_2s_a"), ("dpmpp_3m", "dpmpp_3m_sde"),
            // NovelAI
            ("ddim_v3", "ddim"), ("dpm_fast", "dpm_fast"), ("euler_ancestral_rf", "euler_a"),
            // Old texts of the web UI, Draw Things
            ("Euler Ancestral", "euler_a"), ("DPM++ 2S Ancestral", "dpmpp_2s_a"), ("DPM2 Ancestral", "dpm2_a"), ("DPM Solver", "dpmpp_2m"), ("DPM++", "dpmpp_2m"),
            // diffusers
            ("EulerDiscreteScheduler", "euler"), ("EulerAncestralDiscreteScheduler", "euler_a"), ("DPMSolverMultistepScheduler", "dpmpp_2m"), ("DDIMScheduler", "ddim"), ("DDPMScheduler", "ddpm"),
            ("PNDMScheduler", "plms"), ("LMSDiscreteScheduler", "lms"), ("HeunDiscreteScheduler", "heun"), ("UniPCMultistepScheduler", "unipc_bh2"), ("LCMScheduler", "lcm"), ("TCDScheduler", "tcd"),
        ]);

    private static readonly FrozenDictionary<string, string> s_schedules = Table(
        Schedules.All.SelectMany(row => new (string, string)[] { (row.Key, row.Key), (row.Label, row.Key) }),
        [
            ("Uniform", "normal"), ("native", "normal"), ("align_your_steps", "ays"), ("Align Your Steps 11", "ays"), ("gits", "ays_gits"), ("ddim", "ddim_uniform"), ("sgm", "sgm_uniform"),
            ("AYS", "ays"), ("sd_turbo", "turbo"),
        ]);

    /// <summary>Endings that older names carry, by the schedule's key: the longest first.</summary>
    private static readonly (string Ending, string Schedule)[] s_endings =
        [("polyexponential", "polyexponential"), ("exponential", "exponential"), ("trailing", "trailing"), ("karras", "karras"), ("ays", "ays"), ("k", "karras")];

    /// <param name="name">As a program writes it; its schedule may be part of it.</param>
    /// <returns>Keys of the catalogues; null for what is not known here, or not said.</returns>
    public static (string? Sampler, string? Schedule) Find(string? name)
    {
        // Where ComfyUI draws a sampler's noise is part of its name, at any place in it.
        string plain = Plain(name).Replace("gpu", "", StringComparison.Ordinal);
        if (s_samplers.TryGetValue(plain, out string? sampler))
        {
            return (sampler, null);
        }

        foreach ((string ending, string schedule) in s_endings)
        {
            if (plain.EndsWith(ending, StringComparison.Ordinal) && s_samplers.TryGetValue(plain[..^ending.Length], out string? shorter))
            {
                return (shorter, schedule);
            }
        }

        // "k_euler" says that it is one of k-diffusion's, "cfg_pp" another guidance.
        string[] tries = [plain.StartsWith('k') ? plain[1..] : plain, Without(plain, "cfgpp")];
        return Array.Find(tries, other => other != plain && (s_samplers.ContainsKey(other) || s_endings.Any(row => other.EndsWith(row.Ending, StringComparison.Ordinal) && s_samplers.ContainsKey(other[..^row.Ending.Length])))) is { } other
            ? Find(other)
            : (null, null);
    }

    /// <returns>The schedule's key; null for what is not known here.</returns>
    public static string? FindSchedule(string? name) => s_schedules.GetValueOrDefault(Plain(name));

    /// <summary>The label of a key, for people.</summary>
    public static string Label(string sampler, string schedule) => $"{FieldNames.SamplerLabel(sampler)}, {FieldNames.ScheduleLabel(schedule)}";

    private static FrozenDictionary<string, string> Table(IEnumerable<(string Name, string Key)> own, IEnumerable<(string Name, string Key)> others)
    {
        var table = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, string key) in own.Concat(others))
        {
            table.TryAdd(Plain(name), key);
        }

        return table.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static string Without(string name, string ending) => name.EndsWith(ending, StringComparison.Ordinal) ? name[..^ending.Length] : name;

    private static string Plain(string? name)
    {
        const int Longest = 100;
        string words = (name is { Length: > Longest } ? name[..Longest] : name ?? "").Replace("++", "pp", StringComparison.Ordinal).ToLowerInvariant();
        return string.Concat(words.Where(char.IsAsciiLetterOrDigit));
    }
}
