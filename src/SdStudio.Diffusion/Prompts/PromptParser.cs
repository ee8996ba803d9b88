using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace SdStudio.Diffusion.Prompts;

/// <summary>
/// The attention syntax of A1111: <c>(a)</c> weighs 1.1, <c>(a:1.3)</c> as it says, <c>[a]</c> 1/1.1, nested brackets multiply,
/// a backslash takes the meaning from a bracket, BREAK in capitals starts a new chunk. Every text is a prompt: what does not
/// parse is text. A weight that is not a number, as in <c>(a:1.2.3)</c>, is such text, and its brackets weigh 1.1.
/// </summary>
public static partial class PromptParser
{
    private const double Step = 1.1;

    // 1.1 to this power is beyond any use; deeper brackets are text, which bounds the work for hostile prompts.
    private const int DeepestNesting = 128;

    /// <summary>At least one piece; neighbours differ in weight.</summary>
    public static IReadOnlyList<PromptPiece> Parse(string prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        List<PromptPiece> pieces = [];
        Stack<int> round = [], square = [];

        foreach (Match match in Tokens().Matches(prompt))
        {
            string token = match.Value;
            if (token[0] == '\\')
            {
                pieces.Add(new PromptPiece(token[1..], 1));
            }
            else if (token == "(" && round.Count < DeepestNesting)
            {
                round.Push(pieces.Count);
            }
            else if (token == "[" && square.Count < DeepestNesting)
            {
                square.Push(pieces.Count);
            }
            else if (match.Groups["weight"].Success)
            {
                CloseWeighted(token, match.Groups["weight"].Value, pieces, round);
            }
            else if (token == ")" && round.TryPop(out int roundStart))
            {
                Multiply(pieces, roundStart, Step);
            }
            else if (token == "]" && square.TryPop(out int squareStart))
            {
                Multiply(pieces, squareStart, 1 / Step);
            }
            else
            {
                AddText(pieces, token);
            }
        }

        // What is not closed reaches to the end. The order of multiplication is that of the original, for the last digit.
        foreach (int start in round.Reverse())
        {
            Multiply(pieces, start, Step);
        }

        foreach (int start in square.Reverse())
        {
            Multiply(pieces, start, 1 / Step);
        }

        return Join(pieces);
    }

    private static void CloseWeighted(string token, string weight, List<PromptPiece> pieces, Stack<int> round)
    {
        // The digits of all scripts are digits to the original.
        string digits = string.Concat(weight.Select(c => char.IsDigit(c) ? (char)('0' + CharUnicodeInfo.GetDecimalDigitValue(c)) : c));
        bool isNumber = double.TryParse(digits, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)
            && float.IsFinite((float)value);
        if (isNumber && round.TryPop(out int start))
        {
            Multiply(pieces, start, value);
        }
        else if (!isNumber && round.TryPop(out start))
        {
            AddText(pieces, token[..^1]);
            Multiply(pieces, start, Step);
        }
        else
        {
            AddText(pieces, token);
        }
    }

    private static void Multiply(List<PromptPiece> pieces, int start, double factor)
    {
        for (int i = start; i < pieces.Count; i++)
        {
            pieces[i] = pieces[i] with { Weight = pieces[i].Weight * factor };
        }
    }

    private static void AddText(List<PromptPiece> pieces, string text)
    {
        string[] parts = Break().Split(text);
        for (int i = 0; i < parts.Length; i++)
        {
            string part = parts[i];
            if (i > 0)
            {
                pieces.Add(new PromptPiece("BREAK", -1, IsBreak: true));
                part = part.TrimStart();
            }

            pieces.Add(new PromptPiece(i + 1 < parts.Length ? part.TrimEnd() : part, 1));
        }
    }

    private static List<PromptPiece> Join(List<PromptPiece> pieces)
    {
        List<PromptPiece> joined = [];
        StringBuilder text = new();
        for (int i = 0; i < pieces.Count; i++)
        {
            text.Append(pieces[i].Text);
            bool last = i + 1 == pieces.Count || pieces[i].IsBreak || pieces[i + 1].IsBreak || pieces[i].Weight != pieces[i + 1].Weight;
            if (last)
            {
                joined.Add(pieces[i] with { Text = text.ToString() });
                text.Clear();
            }
        }

        return joined.Count > 0 ? joined : [new PromptPiece("", 1)];
    }

    [GeneratedRegex(@"\\[()\[\]\\]?|[(\[]|:\s*(?<weight>[+-]?[.\d]+)\s*\)|[)\]]|[^\\()\[\]:]+|:", RegexOptions.CultureInvariant)]
    private static partial Regex Tokens();

    [GeneratedRegex(@"\bBREAK\b", RegexOptions.CultureInvariant)]
    private static partial Regex Break();
}
