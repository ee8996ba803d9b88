using System.Collections.Immutable;
using System.Globalization;
using SdStudio.Diffusion;
using SdStudio.Diffusion.Prompts;

namespace SdStudio.Web.Components.Generate;

/// <summary>Changes how much words count: <c>house</c> to <c>(house:1.1)</c> and back, and the strength of a LoRA's tag, as Ctrl and the arrows do in A1111.</summary>
public static class PromptWeight
{
    private const decimal Least = 0.1m;
    private const decimal Most = 2m;

    /// <summary>What brackets without a number say.</summary>
    private const decimal Bare = 1.1m;

    /// <param name="start">Start of the selection; equal to <paramref name="end"/> for a caret, which means the brackets it stands in, else the word.</param>
    /// <param name="by">Such as 0.1 or -0.1; a LoRA changes by half of it.</param>
    /// <returns>The new text and what to select in it: the words, without their brackets.</returns>
    public static (string Text, int Start, int End) Change(string text, int start, int end, decimal by)
    {
        ArgumentNullException.ThrowIfNull(text);

        start = Math.Clamp(start, 0, text.Length);
        end = Math.Clamp(end, start, text.Length);
        if (ChangeLora(text, start, end, by / 2) is { } changed)
        {
            return changed;
        }

        if (start == end)
        {
            (start, end) = Group(text, start) ?? WordAt(text, start);
        }

        while (end > start && char.IsWhiteSpace(text[end - 1]))
        {
            end--;
        }

        while (end > start && char.IsWhiteSpace(text[start]))
        {
            start++;
        }

        // Brackets around half of others would change what all of them mean.
        if (start == end || !PromptBrackets.AreBalanced(text.AsSpan(start, end - start)))
        {
            return (text, start, end);
        }

        (int outerStart, int outerEnd, decimal weight) = Brackets(text, start, end);
        weight = by > 0 ? Math.Min(weight + by, Math.Max(Most, weight)) : Math.Max(weight + by, Math.Min(Least, weight));
        string words = text[start..end];
        bool plain = weight == 1;
        string replacement = plain ? words : string.Create(CultureInfo.InvariantCulture, $"({words}:{weight:0.##})");
        int newStart = outerStart + (plain ? 0 : 1);
        return (string.Concat(text.AsSpan(0, outerStart), replacement, text.AsSpan(outerEnd)), newStart, newStart + words.Length);
    }

    /// <summary>A caret anywhere in <c>&lt;lora:name:0.8&gt;</c> means its strength; the name is selected then.</summary>
    private static (string Text, int Start, int End)? ChangeLora(string text, int start, int end, decimal by)
    {
        int open = start == 0 ? -1 : text.LastIndexOf('<', start - 1);
        int close = open < 0 ? -1 : text.IndexOf('>', open);
        if (close < end || close < 0)
        {
            return null;
        }

        ImmutableArray<LoraSelection> loras = PromptLoras.Take(text[open..(close + 1)]).Loras;
        if (loras is not [var lora])
        {
            return null;
        }

        float most = Math.Max(RecipeFormModel.MostLoraWeight, Math.Abs(lora.Weight));
        float weight = Math.Clamp((float)Math.Round((decimal)lora.Weight + by, 2), -most, most);
        string tag = PromptLoras.Write(lora with { Weight = weight });
        int name = open + tag.IndexOf(':', StringComparison.Ordinal) + 1;
        return (string.Concat(text.AsSpan(0, open), tag, text.AsSpan(close + 1)), name, name + lora.Name.Length);
    }

    /// <summary>The words in the round brackets right around a caret, without their number.</summary>
    private static (int Start, int End)? Group(string text, int caret)
    {
        if (PromptBrackets.Around(text, caret) is not ({ } open, { } close) || text[open] != '(')
        {
            return null;
        }

        int colon = text.LastIndexOf(':', close - 1);
        return colon > open && Number(text.AsSpan(colon + 1, close - colon - 1)) is not null ? (open + 1, colon) : (open + 1, close);
    }

    private static (int Start, int End) WordAt(string text, int caret)
    {
        (int start, int end) = (caret, caret);
        while (start > 0 && (char.IsAsciiDigit(text[start - 1]) || text[start - 1] == '.'))
        {
            start--;
        }

        // The number of [from:to:0.5] is no word.
        bool isNumber = start < caret || (caret < text.Length && char.IsAsciiDigit(text[caret]));
        if (isNumber && start > 0 && text[start - 1] == ':')
        {
            return (caret, caret);
        }

        start = caret;
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
        bool isOpened = start > 0 && text[start - 1] == '(' && !(start > 1 && text[start - 2] == '\\');
        if (!isOpened || end >= text.Length)
        {
            return (start, end, 1);
        }

        if (text[end] == ')')
        {
            return (start - 1, end + 1, Bare);
        }

        int close = text[end] == ':' ? text.IndexOf(')', end) : -1;
        return close > 0 && Number(text.AsSpan(end + 1, close - end - 1)) is { } weight ? (start - 1, close + 1, weight) : (start, end, 1);
    }

    private static decimal? Number(ReadOnlySpan<char> text) =>
        decimal.TryParse(text.Trim(), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out decimal number) ? number : null;
}
