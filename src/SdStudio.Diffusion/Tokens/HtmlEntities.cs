using System.Globalization;
using System.Net;
using System.Text;

namespace SdStudio.Diffusion.Tokens;

/// <summary>
/// Character references as the HTML standard reads them, which is more than <see cref="WebUtility"/> does: old names need no
/// semicolon, and numbers of the Windows code page are mended. Names that only HTML 5 has stay as they are.
/// </summary>
internal static class HtmlEntities
{
    private const int LongestName = 32;

    // What &#128; to &#159; mean to browsers; a space stands for "itself".
    private const string WindowsCharacters = "€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ";

    private static readonly string[] s_upperCaseNames = ["AMP", "LT", "GT", "QUOT", "COPY", "REG"];

    public static string Decode(string text)
    {
        int at = text.IndexOf('&');
        if (at < 0)
        {
            return text;
        }

        StringBuilder result = new(text.Length);
        int done = 0;
        for (; at >= 0; at = text.IndexOf('&', at))
        {
            result.Append(text, done, at - done);
            (string? replacement, int length) = text.AsSpan(at + 1).StartsWith("#") ? Number(text, at) : Name(text, at);
            result.Append(replacement ?? "&");
            at += replacement is null ? 1 : length;
            done = at;
        }

        return result.Append(text, done, text.Length - done).ToString();
    }

    /// <returns>Replacement and length of the reference; null when it is none.</returns>
    private static (string? Replacement, int Length) Number(string text, int start)
    {
        int at = start + 2;
        bool hexadecimal = at < text.Length && text[at] is 'x' or 'X';
        at += hexadecimal ? 1 : 0;
        int firstDigit = at;
        long code = 0;
        for (; at < text.Length && (hexadecimal ? char.IsAsciiHexDigit(text[at]) : char.IsAsciiDigit(text[at])); at++)
        {
            code = Math.Min((code * (hexadecimal ? 16 : 10)) + int.Parse(text.AsSpan(at, 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture), int.MaxValue);
        }

        if (at == firstDigit)
        {
            return (null, 0);
        }

        at += at < text.Length && text[at] == ';' ? 1 : 0;
        return (Character(code), at - start);
    }

    private static string Character(long code) => code switch
    {
        0 => "\uFFFD",
        0x0D => "\r",
        >= 0x80 and <= 0x9F => WindowsCharacters[(int)code - 0x80] is var windows && windows == ' ' ? ((char)code).ToString() : windows.ToString(),
        > 0x10FFFF or (>= 0xD800 and <= 0xDFFF) => "\uFFFD",
        (>= 0x01 and <= 0x08) or (>= 0x0B and <= 0x0B) or (>= 0x0E and <= 0x1F) or 0x7F or (>= 0xFDD0 and <= 0xFDEF) => "",
        _ when (code & 0xFFFE) == 0xFFFE => "",
        _ => new Rune((int)code).ToString(),
    };

    private static (string? Replacement, int Length) Name(string text, int start)
    {
        int end = start + 1;
        while (end < text.Length && end - start <= LongestName && text[end] is not ('\t' or '\n' or '\f' or ' ' or '<' or '&' or '#' or ';'))
        {
            end++;
        }

        ReadOnlySpan<char> name = text.AsSpan(start + 1, end - start - 1);
        if (end < text.Length && text[end] == ';' && Lookup(name) is { } exact)
        {
            return (exact, name.Length + 2);
        }

        for (int length = name.Length; length > 1; length--)
        {
            if (Lookup(name[..length]) is [<= '\u00FF'] legacy && !name[..length].SequenceEqual("apos"))
            {
                return (legacy, length + 1);
            }
        }

        return (null, 0);
    }

    private static string? Lookup(ReadOnlySpan<char> name)
    {
        foreach (string upper in s_upperCaseNames)
        {
            if (name.SequenceEqual(upper))
            {
                return WebUtility.HtmlDecode($"&{upper.ToLowerInvariant()};");
            }
        }

        string reference = $"&{name};";
        string decoded = WebUtility.HtmlDecode(reference);
        return decoded == reference ? null : decoded;
    }
}
