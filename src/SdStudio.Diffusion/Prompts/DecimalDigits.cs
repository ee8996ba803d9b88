using System.Globalization;

namespace SdStudio.Diffusion.Prompts;

/// <summary>Numbers in prompts: the digits of all scripts are digits to the programs whose syntax this is.</summary>
internal static class DecimalDigits
{
    public static string ToAscii(ReadOnlySpan<char> text)
    {
        char[] letters = text.ToArray();
        for (int i = 0; i < letters.Length; i++)
        {
            if (char.IsDigit(letters[i]))
            {
                letters[i] = (char)('0' + CharUnicodeInfo.GetDecimalDigitValue(letters[i]));
            }
        }

        return new string(letters);
    }
}
