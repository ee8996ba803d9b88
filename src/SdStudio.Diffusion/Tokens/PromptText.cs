using System.Globalization;
using System.Text;

namespace SdStudio.Diffusion.Tokens;

/// <summary>What CLIP's tokenizer does to a text before it looks for words (OpenAI's pipeline, without the optional ftfy).</summary>
internal static class PromptText
{
    /// <summary>Character references replaced (twice: "&amp;amp;amp;" is common), white space collapsed, lower case.</summary>
    public static string Normalize(string text) =>
        LowerCase(CollapseSpace(HtmlEntities.Decode(HtmlEntities.Decode(text))));

    private static string CollapseSpace(string text)
    {
        int start = 0, end = text.Length;
        while (start < end && IsStripped(text[start]))
        {
            start++;
        }

        while (end > start && IsStripped(text[end - 1]))
        {
            end--;
        }

        StringBuilder result = new(end - start);
        for (int i = start; i < end; i++)
        {
            if (!char.IsWhiteSpace(text[i]))
            {
                result.Append(text[i]);
            }
            else if (!char.IsWhiteSpace(text[i - 1]))
            {
                result.Append(' ');
            }
        }

        return result.ToString();
    }

    /// <summary>At the ends, the four information separators count as white space too; within a text they do not.</summary>
    private static bool IsStripped(char c) => char.IsWhiteSpace(c) || c is >= '\x1C' and <= '\x1F';

    /// <summary>Lower case of the whole of Unicode, with its two exceptions: the final sigma and the Turkish dotted I.</summary>
    private static string LowerCase(string text)
    {
        StringBuilder result = new(text.Length);
        int at = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            switch (rune.Value)
            {
                case 'Σ':
                    result.Append(IsFinal(text, at) ? 'ς' : 'σ');
                    break;
                case 'İ':
                    result.Append("i\u0307");
                    break;
                default:
                    result.Append(Rune.ToLowerInvariant(rune));
                    break;
            }

            // A lone surrogate counts as one character, and is read as U+FFFD.
            at += rune.Utf16SequenceLength;
        }

        return result.ToString();
    }

    /// <summary>Unicode's Final_Sigma: a cased letter before, none after, whatever ignorable characters lie between.</summary>
    private static bool IsFinal(string text, int at)
    {
        bool before = false;
        for (int i = at; i > 0;)
        {
            _ = Rune.DecodeLastFromUtf16(text.AsSpan(0, i), out Rune rune, out int length);
            i -= length;
            if (!IsIgnorable(rune))
            {
                before = IsCased(rune);
                break;
            }
        }

        if (!before)
        {
            return false;
        }

        foreach (Rune rune in text.AsSpan(at + 1).EnumerateRunes())
        {
            if (!IsIgnorable(rune))
            {
                return !IsCased(rune);
            }
        }

        return true;
    }

    private static bool IsCased(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter => true,
        UnicodeCategory.OtherLetter => rune.Value is 0xAA or 0xBA,
        UnicodeCategory.LetterNumber => rune.Value is >= 0x2160 and <= 0x217F,
        UnicodeCategory.OtherSymbol => rune.Value is (>= 0x24B6 and <= 0x24E9) or (>= 0x1F130 and <= 0x1F189),
        _ => false,
    };

    private static bool IsIgnorable(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format
            or UnicodeCategory.ModifierLetter or UnicodeCategory.ModifierSymbol => true,
        _ => rune.Value is '\'' or '.' or ':' or 0xB7 or 0x387 or 0x55F or 0x5F4 or 0x2018 or 0x2019 or 0x2024 or 0x2027
            or 0xFE13 or 0xFE52 or 0xFE55 or 0xFF07 or 0xFF0E or 0xFF1A,
    };
}
