using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace SdStudio.Diffusion.Prompts.Dynamic;

/// <summary>Cuts one level of a template into its parts; what is inside braces is cut when, and if, it is written.</summary>
internal static partial class TemplateParser
{
    private const string DefaultSeparator = ",";

    private static readonly char[] s_starts = ['{', '$', '%', '_'];

    public static IReadOnlyList<TemplatePart> Parse(string template)
    {
        template = Comment().Replace(template, "");
        int[] ends = BraceEnds(template);
        List<TemplatePart> parts = [];
        StringBuilder words = new();
        int at = 0;
        while (at < template.Length)
        {
            (TemplatePart part, int end)? found = At(template, at, ends);
            if (found is { } next)
            {
                Flush();
                parts.Add(next.part);
                at = next.end;
                continue;
            }

            int start = template.AsSpan(at + 1).IndexOfAny(s_starts);
            int stop = start < 0 ? template.Length : at + 1 + start;
            words.Append(template, at, stop - at);
            at = stop;
        }

        Flush();
        return parts;

        void Flush()
        {
            if (words.Length > 0)
            {
                parts.Add(new TemplatePart.Words(words.ToString()));
                words.Clear();
            }
        }
    }

    /// <returns>Null where the text is just text.</returns>
    private static (TemplatePart Part, int End)? At(string text, int at, int[] ends)
    {
        switch (text[at])
        {
            case '{' when ends[at] > 0:
                return (Choice(text[(at + 1)..ends[at]]), ends[at] + 1);
            case '%' when Opens(at + 1) && Wrapped(text[(at + 2)..ends[at + 1]]) is { } wrap:
                return (wrap, ends[at + 1] + 1);
            case '$' when Opens(at + 1) && Variable(text[(at + 2)..ends[at + 1]], text[at..(ends[at + 1] + 1)]) is { } variable:
                return (variable, ends[at + 1] + 1);
            case '_' when WildcardUse().Match(text, at) is { Success: true } match && match.Index == at:
                return (new TemplatePart.Wildcard(match.Groups["name"].Value, Arguments(match.Groups["arguments"].Value), match.Value), at + match.Length);
            default:
                return null;
        }

        bool Opens(int place) => place < text.Length && text[place] == '{' && ends[place] > 0;
    }

    /// <summary>Where each brace is closed, at its place; 0 where there is none that is. One pass, whatever is written.</summary>
    private static int[] BraceEnds(string text)
    {
        int[] ends = new int[text.Length];
        Stack<int> open = [];
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '{')
            {
                open.Push(i);
            }
            else if (text[i] == '}' && open.TryPop(out int start))
            {
                ends[start] = i;
            }
        }

        return ends;
    }

    private static TemplatePart.Choice Choice(string inside)
    {
        (int least, int most, string separator) = (1, 1, DefaultSeparator);
        if (Amount().Match(inside) is { Success: true } amount)
        {
            (least, most) = Range(amount);
            inside = inside[amount.Length..];
            // {2$$ and $$a|b}: what stands before the first option is the separator.
            int end = inside.IndexOf("$$", StringComparison.Ordinal);
            if (end >= 0 && inside.AsSpan(0, end).IndexOfAny('{', '|') < 0)
            {
                (separator, inside) = (inside[..end], inside[(end + 2)..]);
            }
        }

        return new TemplatePart.Choice([.. Split(inside).Select(Option)], least, most, separator);
    }

    /// <summary><c>2</c>, <c>1-3</c>, <c>-3</c> from one on, <c>2-</c> to all.</summary>
    private static (int Least, int Most) Range(Match amount)
    {
        int? from = Number("from"), to = Number("to");
        return amount.Groups["dash"].Success ? (from ?? 1, to ?? int.MaxValue) : (from ?? 1, from ?? 1);

        int? Number(string group) => int.TryParse(amount.Groups[group].Value, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : null;
    }

    private static TemplatePart.Option Option(string text)
    {
        Match match = Weight().Match(text);
        bool isWeighted = double.TryParse(match.Groups["weight"].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double weight) && double.IsFinite(weight);
        return isWeighted ? new TemplatePart.Option(weight, text[match.Length..].TrimStart()) : new TemplatePart.Option(1, text.TrimStart());
    }

    /// <summary>At each <c>|</c> outside inner braces.</summary>
    private static List<string> Split(string text)
    {
        List<string> parts = [];
        int depth = 0, start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            depth += text[i] switch { '{' => 1, '}' => -1, _ => 0 };
            if (text[i] == '|' && depth == 0)
            {
                parts.Add(text[start..i]);
                start = i + 1;
            }
        }

        parts.Add(text[start..]);
        return parts;
    }

    private static TemplatePart.Wrap? Wrapped(string inside)
    {
        int end = inside.IndexOf("$$", StringComparison.Ordinal);
        return end < 0 ? null : new TemplatePart.Wrap(inside[..end], inside[(end + 2)..]);
    }

    private static TemplatePart? Variable(string inside, string source)
    {
        Match match = VariableUse().Match(inside);
        if (!match.Success)
        {
            return null;
        }

        (string name, string rest) = (match.Groups["name"].Value, inside[match.Length..]);
        return match.Groups["sign"].Value switch
        {
            "=" => new TemplatePart.Assignment(name, rest.Trim(), IsFixed: false),
            "=!" => new TemplatePart.Assignment(name, rest.Trim(), IsFixed: true),
            ":" => new TemplatePart.Variable(name, rest, source),
            _ when rest.Length == 0 => new TemplatePart.Variable(name, null, source),
            _ => null,
        };
    }

    private static (string, string)[] Arguments(string text) =>
        [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', 2, StringSplitOptions.TrimEntries))
            .Where(pair => pair.Length == 2 && pair[0].Length > 0)
            .Select(pair => (pair[0], pair[1]))];

    // With a blank behind it: "#1 girl" are words.
    [GeneratedRegex(@"^#[ \t].*$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\G__(?<name>[^\s{}|$(),_](?:[^\s{}|$(),]{0,198}?[^\s{}|$(),])??)(?:\((?<arguments>[^(){}]{0,500})\))?__", RegexOptions.CultureInvariant)]
    private static partial Regex WildcardUse();

    [GeneratedRegex(@"^\s*(?:(?<from>\d{0,4})(?<dash>-)(?<to>\d{0,4})|(?<from>\d{1,4}))\$\$", RegexOptions.CultureInvariant)]
    private static partial Regex Amount();

    [GeneratedRegex(@"^\s*(?<weight>\d{1,9}(?:\.\d{0,9})?|\.\d{1,9})\s*::", RegexOptions.CultureInvariant)]
    private static partial Regex Weight();

    [GeneratedRegex(@"^\s*(?<name>[\p{L}_][\p{L}\p{N}_-]{0,99})\s*(?<sign>=!|=|:|)", RegexOptions.CultureInvariant)]
    private static partial Regex VariableUse();
}
