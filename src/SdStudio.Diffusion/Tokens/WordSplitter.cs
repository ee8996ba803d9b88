using System.Globalization;
using System.Text;

namespace SdStudio.Diffusion.Tokens;

/// <summary>
/// Cuts a normalised text into CLIP's words: special tokens, English contractions, runs of letters, single numerals, runs of
/// anything else but white space. The classes are those of whole code points, which regular expressions on UTF-16 would miss.
/// </summary>
internal ref struct WordSplitter
{
    // The only mark whose other case (iota) is a letter: to the original's case-blind expression it is in no class, so it is lost.
    private const int LostMark = 0x345;

    private static readonly string[] s_contractions = ["'s", "'ſ", "'t", "'re", "'ve", "'m", "'ll", "'d"];

    private readonly string _text;
    private readonly string[] _specials;
    private int _at;

    /// <param name="specials">In lower case, as they look in a normalised text.</param>
    public WordSplitter(string text, string[] specials)
    {
        (_text, _specials) = (text, specials);
    }

    private enum Class
    {
        Space,
        Letter,
        Number,
        Other,
    }

    public bool TryNext(out ReadOnlySpan<char> word)
    {
        Class first;
        int length;
        while ((first = ClassAt(_at, out length)) == Class.Space)
        {
            if (length == 0)
            {
                word = default;
                return false;
            }

            _at += length;
        }

        int start = _at;
        int end = Prefix(_specials) ?? Prefix(s_contractions) ?? start + length;
        bool run = end == start + length && first != Class.Number && Prefix(_specials) is null;
        while (run && ClassAt(end, out length) == first && length > 0)
        {
            end += length;
        }

        _at = end;
        word = _text.AsSpan(start, end - start);
        return true;
    }

    private readonly int? Prefix(string[] words)
    {
        foreach (string word in words)
        {
            if (string.CompareOrdinal(_text, _at, word, 0, word.Length) == 0)
            {
                return _at + word.Length;
            }
        }

        return null;
    }

    /// <param name="length">In UTF-16 units; 0 at the end of the text.</param>
    private readonly Class ClassAt(int index, out int length)
    {
        if (index >= _text.Length)
        {
            length = 0;
            return Class.Space;
        }

        _ = Rune.DecodeFromUtf16(_text.AsSpan(index), out Rune rune, out length);
        return Rune.GetUnicodeCategory(rune) switch
        {
            _ when Rune.IsWhiteSpace(rune) || rune.Value == LostMark => Class.Space,
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
                or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => Class.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Class.Number,
            _ => Class.Other,
        };
    }
}
