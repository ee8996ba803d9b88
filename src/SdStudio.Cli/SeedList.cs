using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace SdStudio.Cli;

/// <summary>Seeds as people write them: "0-35", "7", "1,5,20-25".</summary>
internal static class SeedList
{
    private const int Most = 10_000;

    public static long[]? Parse(ArgumentResult result)
    {
        List<long> seeds = [];
        foreach (string part in result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries)))
        {
            string[] ends = part.Split('-');
            if (ends.Length > 2 || Read(ends[0]) is not { } first || Read(ends[^1]) is not { } last || last < first)
            {
                result.AddError($"--seeds takes seeds from 0 up, such as 0-35 or 1,5,20-25; \"{part}\" is not that.");
                return null;
            }

            if (last - first >= Most - seeds.Count)
            {
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"--seeds takes at most {Most} seeds."));
                return null;
            }

            for (long seed = first; seed - first <= last - first; seed++)
            {
                seeds.Add(seed);
                if (seed == last)
                {
                    break;
                }
            }
        }

        return [.. seeds];
    }

    /// <returns>Null where the option was not given; the parser's answer is empty then.</returns>
    public static long[]? Given(ParseResult parsed, Option<long[]?> option) => parsed.GetValue(option) is { Length: > 0 } seeds ? seeds : null;

    private static long? Read(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long seed) ? seed : null;
}
