using System.Buffers;
using System.Globalization;
using System.Text;

namespace SdStudio.Storage.Metadata.Programs;

/// <summary>Prompts whose signs mean something else where they come from, in the words of this program: <c>(words:1.2)</c>.</summary>
internal static class PromptTranslation
{
    private const int LongestPrompt = 50_000;

    private static readonly SearchValues<char> s_novelSigns = SearchValues.Create("{}[]()");

    /// <summary>NovelAI: {more} and [less] by 5 % each, 1.5::words::, and parentheses that are only signs.</summary>
    public static string FromNovelAi(string prompt)
    {
        if (prompt.Length > LongestPrompt || !prompt.AsSpan().ContainsAny(s_novelSigns) && !prompt.Contains("::", StringComparison.Ordinal))
        {
            return prompt;
        }

        var text = new StringBuilder(prompt.Length + 16);
        var open = new Stack<char>();
        string? weight = null;
        for (int i = 0; i < prompt.Length; i++)
        {
            char c = prompt[i];
            if (c is '{' or '[')
            {
                open.Push(c);
                text.Append('(');
            }
            else if (c is '}' or ']' && open.TryPeek(out char opened) && opened == (c == '}' ? '{' : '['))
            {
                open.Pop();
                text.Append(c == '}' ? ":1.05)" : ":0.952)");
            }
            else if (c is '(' or ')')
            {
                text.Append('\\').Append(c);
            }
            else if (c == ':' && i + 1 < prompt.Length && prompt[i + 1] == ':')
            {
                i++;
                if (weight is not null)
                {
                    text.Append(':').Append(weight).Append(')');
                    weight = null;
                }
                else if (TakeNumber(text) is { } number)
                {
                    weight = number;
                    text.Append('(');
                }
            }
            else if (c is not ('}' or ']'))
            {
                text.Append(c);
            }
        }

        if (weight is not null)
        {
            text.Append(':').Append(weight).Append(')');
        }

        while (open.TryPop(out char left))
        {
            // What was never closed counts to the end.
            text.Append(left == '{' ? ":1.05)" : ":0.952)");
        }

        return text.ToString();
    }

    /// <summary>InvokeAI: word++, (some words)-, (some words)1.3; parentheses alone only hold together.</summary>
    public static string FromInvokeAi(string prompt)
    {
        if (prompt.Length > LongestPrompt || !prompt.AsSpan().ContainsAny("+-()"))
        {
            return prompt;
        }

        var text = new StringBuilder(prompt.Length + 16);
        var open = new Stack<int>();
        int word = 0;
        for (int i = 0; i < prompt.Length; i++)
        {
            char c = prompt[i];
            if (c == '\\' && i + 1 < prompt.Length)
            {
                text.Append(c).Append(prompt[++i]);
            }
            else if (c == '(')
            {
                open.Push(text.Length);
                word = text.Length;
            }
            else if (c == ')' && open.TryPop(out int start))
            {
                Weigh(text, start, prompt, ref i);
                word = text.Length;
            }
            else if (c is '+' or '-' && text.Length > word && (i + 1 == prompt.Length || prompt[i + 1] is ' ' or ',' or '.' or ')' or '+' or '-' or '\n') && (c == '+' || IsRunOf(prompt, i)))
            {
                i--;
                Weigh(text, word, prompt, ref i);
                word = text.Length;
            }
            else
            {
                text.Append(c);
                word = char.IsWhiteSpace(c) || c is ',' or '.' ? text.Length : word;
            }
        }

        return text.ToString();
    }

    /// <summary>A single dash behind a word is a weight only at the word's end: "a well-known face" has none.</summary>
    private static bool IsRunOf(string prompt, int at)
    {
        while (at < prompt.Length && prompt[at] == '-')
        {
            at++;
        }

        return at == prompt.Length || prompt[at] is ' ' or ',' or '.' or ')' or '\n';
    }

    /// <summary>What stands from <paramref name="start"/> on gets the weight that is written behind position <paramref name="i"/>.</summary>
    private static void Weigh(StringBuilder text, int start, string prompt, ref int i)
    {
        double weight = 1;
        int at = i + 1;
        int digits = at;
        while (digits < prompt.Length && (char.IsAsciiDigit(prompt[digits]) || prompt[digits] == '.') && digits - at < 8)
        {
            digits++;
        }

        if (digits > at && double.TryParse(prompt.AsSpan(at, digits - at), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number))
        {
            (weight, at) = (number, digits);
        }
        else
        {
            for (; at < prompt.Length && prompt[at] is '+' or '-' && weight is > 0.01 and < 100; at++)
            {
                weight *= prompt[at] == '+' ? 1.1 : 0.9;
            }
        }

        i = at - 1;
        if (weight != 1)
        {
            text.Insert(start, '(').Append(CultureInfo.InvariantCulture, $":{Math.Round(weight, 3)})");
        }
    }

    /// <summary>The number at the end of the text, taken out of it; null when there is none.</summary>
    private static string? TakeNumber(StringBuilder text)
    {
        int start = text.Length;
        while (start > 0 && (char.IsAsciiDigit(text[start - 1]) || text[start - 1] is '.' or '-') && text.Length - start < 8)
        {
            start--;
        }

        string number = text.ToString(start, text.Length - start);
        if (!double.TryParse(number, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
        {
            return null;
        }

        text.Length = start;
        return number;
    }
}
