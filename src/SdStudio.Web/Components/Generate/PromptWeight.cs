using System.Globalization;

namespace SdStudio.Web.Components.Generate;

/// <summary>Changes how much a word counts: <c>house</c> to <c>(house:1.1)</c> and back.</summary>
public static class PromptWeight
{
    private const decimal Least = 0.1m;
    private const decimal Most = 2m;

    /// <param name="start">Start of the selection; equal to <paramref name="end"/> for a caret, which means the word it stands in.</param>
    /// <param name="by">Such as 0.1 or -0.1.</param>
    /// <returns>The new text and what to select in it: the words, without their brackets.</returns>
    public static (string Text, int Start, int End) Change(string text, int start, int end, decimal by)
    {
        ArgumentNullException.ThrowIfNull(text);

        start = Math.Clamp(start, 0, text.Length);
        end = Math.Clamp(end, start, text.Length);
        if (start == end)
        {
            (start, end) = WordAt(text, start);
        }

        while (end > start && char.IsWhiteSpace(text[end - 1]))
        {
            end--;
        }

        if (start == end)
        {
            return (text, start, end);
        }

        (int outerStart, int outerEnd, decimal weight) = Brackets(text, start, end);
        weight = Math.Clamp(weight + by, Least, Most);
        string words = text[start..end];
        bool plain = weight == 1;
        string replacement = plain ? words : string.Create(CultureInfo.InvariantCulture, $"({words}:{weight:0.##})");
        int newStart = outerStart + (plain ? 0 : 1);
        return (string.Concat(text.AsSpan(0, outerStart), replacement, text.AsSpan(outerEnd)), newStart, newStart + words.Length);
    }

    private static (int Start, int End) WordAt(string text, int caret)
    {
        // A caret within the number of (word:1.1) means the word, not the number.
        int number = caret;
        while (number > 0 && (char.IsAsciiDigit(text[number - 1]) || text[number - 1] == '.'))
        {
            number--;
        }

        if (number > 0 && text[number - 1] == ':' && text.LastIndexOf('(', number - 1) is var open and >= 0)
        {
            return (open + 1, number - 1);
        }

        (int start, int end) = (caret, caret);
        while (start > 0 && IsOfWord(text[start - 1]))
        {
            start--;
        }

        while (end < text.Length && IsOfWord(text[end]))
        {
            end++;
        }

        return (start, end);
    }

    private static bool IsOfWord(char letter) => char.IsLetterOrDigit(letter) || letter is '\'' or '-' or '_';

    /// <summary>The brackets right around the words and the weight they give; the words themselves and 1 when there are none.</summary>
    private static (int Start, int End, decimal Weight) Brackets(string text, int start, int end)
    {
        if (start == 0 || text[start - 1] != '(' || end >= text.Length || text[end] != ':')
        {
            return (start, end, 1);
        }

        int close = text.IndexOf(')', end);
        return close > 0 && decimal.TryParse(text.AsSpan(end + 1, close - end - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal weight)
            ? (start - 1, close + 1, weight)
            : (start, end, 1);
    }
}
