using System.Globalization;
using System.IO.Enumeration;
using System.Text;

namespace SdStudio.Diffusion.Prompts;

/// <summary>
/// Dynamic prompts: <c>{a|b}</c> chooses one, <c>{2$$a|b|c}</c> several, <c>2::a</c> more often, <c>__name__</c> a line of a wildcard file, which
/// may say all of this again. The same seed chooses the same; what does not parse, and a name that is not there, stays text.
/// </summary>
public static class PromptExpander
{
    private const int Deepest = 16;
    private const int Longest = 100_000;
    private const int MostDraws = 2000;

    public static string Expand(string prompt, long seed, IWildcards wildcards)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentNullException.ThrowIfNull(wildcards);
        return new Draw(new System.Random(HashCode(seed)), wildcards).Expand(prompt, 0);
    }

    /// <summary>Seeds that follow each other shall not draw alike (the mixer of SplitMix64).</summary>
    private static int HashCode(long seed)
    {
        ulong mixed = unchecked((ulong)seed + 0x9E3779B97F4A7C15);
        mixed = unchecked((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9);
        mixed = unchecked((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB);
        return (int)(mixed >> 33);
    }

    private sealed class Draw(System.Random random, IWildcards wildcards)
    {
        private int _draws;
        private int _length;

        public string Expand(string text, int depth)
        {
            StringBuilder result = new();
            for (int i = 0; i < text.Length && _length < Longest;)
            {
                if (text[i] == '\\' && i + 1 < text.Length)
                {
                    Append(result, text.AsSpan(i, 2));
                    i += 2;
                }
                else if (text[i] == '{' && depth < Deepest && _draws < MostDraws && CloseOf(text, i) is var close and > 0)
                {
                    result.Append(Choose(text[(i + 1)..close], depth));
                    i = close + 1;
                }
                else if (NameAt(text, i) is { } name && depth < Deepest && _draws < MostDraws && LineOf(name) is { } line)
                {
                    result.Append(Expand(line, depth + 1));
                    i += name.Length + 4;
                }
                else
                {
                    Append(result, text.AsSpan(i, 1));
                    i++;
                }
            }

            return result.ToString();
        }

        private void Append(StringBuilder result, ReadOnlySpan<char> part)
        {
            result.Append(part);
            _length += part.Length;
        }

        private string Choose(string inside, int depth)
        {
            _draws++;
            (int least, int most, string separator, string options) = Counts(inside);
            List<(double Weight, string Text)> left = [.. Split(options).Select(Weighed)];
            int count = Math.Min(left.Count, most > least ? random.Next(least, most + 1) : least);
            List<string> chosen = [];
            while (chosen.Count < count)
            {
                double at = random.NextDouble() * left.Sum(option => option.Weight);
                int place = left.FindIndex(option => (at -= option.Weight) < 0);
                place = place < 0 ? left.Count - 1 : place;
                chosen.Add(Expand(left[place].Text, depth + 1));
                left.RemoveAt(place);
            }

            return string.Join(separator, chosen);
        }

        private string? LineOf(string name)
        {
            IReadOnlyList<string>? lines = name.Contains('*', StringComparison.Ordinal)
                ? [.. wildcards.Names.Where(known => FileSystemName.MatchesSimpleExpression(name, known)).SelectMany(known => wildcards.LinesOf(known) ?? [])]
                : wildcards.LinesOf(name);
            if (lines is not { Count: > 0 })
            {
                return null;
            }

            _draws++;
            return lines[random.Next(lines.Count)];
        }
    }

    /// <summary>Reads <c>2$$</c>, <c>1-3$$</c> and <c>2$$ and $$</c> before the options.</summary>
    private static (int Least, int Most, string Separator, string Options) Counts(string inside)
    {
        int mark = inside.IndexOf("$$", StringComparison.Ordinal);
        string[] range = mark < 0 ? [] : inside[..mark].Split('-');
        if (range.Length is 0 or > 2 || !Number(range[0], out int least) || !Number(range[^1], out int most))
        {
            return (1, 1, "", inside);
        }

        string rest = inside[(mark + 2)..];
        int second = rest.IndexOf("$$", StringComparison.Ordinal), first = rest.IndexOfAny(['|', '{']);
        return second >= 0 && (first < 0 || second < first) ? (least, most, rest[..second], rest[(second + 2)..]) : (least, most, ", ", rest);
    }

    private static bool Number(string text, out int number) =>
        int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= 1000;

    private static (double Weight, string Text) Weighed(string option)
    {
        int mark = option.IndexOf("::", StringComparison.Ordinal);
        return mark > 0 && double.TryParse(option.AsSpan(0, mark), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out double weight) && weight < 1e6
            ? (weight, option[(mark + 2)..].TrimStart())
            : (1, option.TrimStart());
    }

    private static List<string> Split(string options)
    {
        List<string> parts = [];
        (int depth, int start) = (0, 0);
        for (int i = 0; i < options.Length; i++)
        {
            if (options[i] == '\\')
            {
                i++;
            }
            else if (options[i] == '|' && depth == 0)
            {
                parts.Add(options[start..i]);
                start = i + 1;
            }
            else
            {
                depth += options[i] switch { '{' => 1, '}' => -1, _ => 0 };
            }
        }

        parts.Add(options[start..]);
        return parts;
    }

    private static int CloseOf(string text, int open)
    {
        int depth = 0;
        for (int i = open; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == '{')
            {
                depth++;
            }
            else if (text[i] == '}' && --depth == 0)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The name of <c>__name__</c> that begins here.</summary>
    private static string? NameAt(string text, int start)
    {
        if (string.CompareOrdinal(text, start, "__", 0, 2) != 0)
        {
            return null;
        }

        int end = text.IndexOf("__", start + 2, StringComparison.Ordinal);
        string name = end < 0 ? "" : text[(start + 2)..end];
        return name.Length > 0 && name.All(letter => char.IsLetterOrDigit(letter) || letter is '/' or '-' or '_' or '.' or ' ' or '*') ? name : null;
    }
}
