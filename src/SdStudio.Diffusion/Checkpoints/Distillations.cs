using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>
/// Recognises models that were distilled to need few steps. Their weights look like any other's, so what tells is what people and
/// programs wrote: the name of the file, its metadata, the scheduler of a folder.
/// </summary>
internal static partial class Distillations
{
    private const int MostSteps = 16;

    private static readonly SamplingAdvice s_lcm = new("LCM", "lcm", "sgm_uniform", 6, 1.5f);
    private static readonly SamplingAdvice s_turbo = new("Turbo", "euler_a", "sgm_uniform", 4, 1);
    private static readonly SamplingAdvice s_lightning = new("Lightning", "euler", "sgm_uniform", 4, 1);
    private static readonly SamplingAdvice s_hyper = new("Hyper", "euler", "sgm_uniform", 8, 1);

    /// <summary>A word of a name, and one of those that must follow it where the word alone means other things too.</summary>
    private static readonly (string Word, ImmutableArray<string> Next, SamplingAdvice Advice)[] s_words =
    [
        ("lcm", [], s_lcm),
        ("lightning", [], s_lightning),
        ("turbo", [], s_turbo),
        ("hyper", ["sd", "sdxl"], s_hyper),
    ];

    /// <summary>Models that were distilled on other sizes than their family's, by the beginning of their names; what others made of them grew again.</summary>
    private static readonly (ImmutableArray<string> Beginning, int Size)[] s_sizes =
    [
        (["sd", "xl", "turbo"], 512),
        (["sdxl", "turbo"], 512),
    ];

    private static readonly (string Scheduler, bool Trails, SamplingAdvice Advice)[] s_schedulers =
    [
        ("LCMScheduler", false, s_lcm),
        ("TCDScheduler", false, s_hyper),
        ("EulerAncestralDiscreteScheduler", true, s_turbo),
    ];

    /// <param name="texts">What may name it, the most telling first.</param>
    /// <returns>Null for an ordinary model.</returns>
    public static SamplingAdvice? InNames(params IEnumerable<string?> texts) =>
        texts.OfType<string>().Select(InName).FirstOrDefault(advice => advice is not null);

    /// <returns>Null for an ordinary model.</returns>
    public static SamplingAdvice? InScheduler(ModelConfiguration? scheduler)
    {
        string name = scheduler?.Text("_class_name", "") ?? "";
        bool trails = scheduler?.Text("timestep_spacing", "") == "trailing";
        return s_schedulers.FirstOrDefault(row => row.Scheduler == name && (trails || !row.Trails)).Advice;
    }

    private static SamplingAdvice? InName(string text)
    {
        string[] words = [.. Words().Matches(text).Select(match => match.Value.ToLowerInvariant())];
        int? steps = StepsIn(words);
        foreach ((string word, ImmutableArray<string> next, SamplingAdvice advice) in s_words)
        {
            int place = Array.IndexOf(words, word);
            if (place >= 0 && (next.IsEmpty || steps is not null || (place + 1 < words.Length && next.Contains(words[place + 1]))))
            {
                return advice with { Steps = steps ?? advice.Steps, NativeSize = SizeIn(words) };
            }
        }

        return null;
    }

    private static int? SizeIn(string[] words)
    {
        foreach ((ImmutableArray<string> beginning, int size) in s_sizes)
        {
            if (words.Take(beginning.Length).SequenceEqual(beginning))
            {
                return size;
            }
        }

        return null;
    }

    /// <summary>"4step", "8-steps"</summary>
    private static int? StepsIn(string[] words)
    {
        for (int i = 1; i < words.Length; i++)
        {
            if (words[i] is "step" or "steps" && int.TryParse(words[i - 1], NumberStyles.None, CultureInfo.InvariantCulture, out int steps) && steps is >= 1 and <= MostSteps)
            {
                return steps;
            }
        }

        return null;
    }

    /// <summary>The words of a name, where capitals and digits begin new ones too: "XLTurbo_4step" has four.</summary>
    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex Words();
}
