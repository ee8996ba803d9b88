using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
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
        Pieces pieces = new();
        Stack<int> round = [], square = [];

        foreach (Match match in Tokens().Matches(prompt))
        {
            string token = match.Value;
            if (token[0] == '\\')
            {
                pieces.Add(token[1..]);
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
                pieces.Multiply(roundStart, Step);
            }
            else if (token == "]" && square.TryPop(out int squareStart))
            {
                pieces.Multiply(squareStart, 1 / Step);
            }
            else
            {
                AddText(pieces, token);
            }
        }

        // What is not closed reaches to the end. The order of multiplication is that of the original, for the last digit.
        foreach (int start in round.Reverse())
        {
            pieces.Multiply(start, Step);
        }

        foreach (int start in square.Reverse())
        {
            pieces.Multiply(start, 1 / Step);
        }

        return pieces.Join();
    }

    private static void CloseWeighted(string token, string weight, Pieces pieces, Stack<int> round)
    {
        bool isNumber = double.TryParse(DecimalDigits.ToAscii(weight), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)
            && float.IsFinite((float)value);
        if (!round.TryPop(out int start))
        {
            AddText(pieces, token);
        }
        else if (isNumber)
        {
            pieces.Multiply(start, value);
        }
        else
        {
            AddText(pieces, token[..^1]);
            pieces.Multiply(start, Step);
        }
    }

    private static void AddText(Pieces pieces, string text)
    {
        string[] parts = Break().Split(text);
        for (int i = 0; i < parts.Length; i++)
        {
            string part = parts[i];
            if (i > 0)
            {
                pieces.Add("BREAK", -1, isBreak: true);
                part = part.TrimStart();
            }

            pieces.Add(i + 1 < parts.Length ? part.TrimEnd() : part);
        }
    }

    [GeneratedRegex(@"\\[()\[\]\\]?|[(\[]|:\s*(?<weight>[+-]?[.\d]+)\s*\)|[)\]]|[^\\()\[\]:]+|:", RegexOptions.CultureInvariant)]
    private static partial Regex Tokens();

    [GeneratedRegex(@"\bBREAK\b", RegexOptions.CultureInvariant)]
    private static partial Regex Break();

    /// <summary>The pieces so far. Weights lie apart from the texts, since every closing bracket multiplies a whole stretch of them.</summary>
    private sealed class Pieces
    {
        private readonly List<(string Text, bool IsBreak)> _texts = [];
        private readonly List<double> _weights = [];

        public int Count => _texts.Count;

        public void Add(string text, double weight = 1, bool isBreak = false)
        {
            _texts.Add((text, isBreak));
            _weights.Add(weight);
        }

        public void Multiply(int start, double factor)
        {
            Span<double> weights = CollectionsMarshal.AsSpan(_weights)[start..];
            TensorPrimitives.Multiply(weights, factor, weights);
        }

        /// <summary>Neighbours of one weight become one piece; a BREAK stays alone.</summary>
        public List<PromptPiece> Join()
        {
            List<PromptPiece> joined = [];
            StringBuilder text = new();
            for (int i = 0; i < Count; i++)
            {
                text.Append(_texts[i].Text);
                if (i + 1 == Count || _texts[i].IsBreak || _texts[i + 1].IsBreak || _weights[i] != _weights[i + 1])
                {
                    joined.Add(new PromptPiece(text.ToString(), _weights[i], _texts[i].IsBreak));
                    text.Clear();
                }
            }

            return joined.Count > 0 ? joined : [new PromptPiece("", 1)];
        }
    }
}
