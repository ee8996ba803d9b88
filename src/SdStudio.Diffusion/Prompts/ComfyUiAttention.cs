using System.Globalization;

namespace SdStudio.Diffusion.Prompts;

/// <summary>
/// The attention syntax of ComfyUI: <c>(a)</c> weighs 1.1 times what is around it, <c>(a:1.3)</c> weighs 1.3 whatever is around it; square brackets are
/// text; <c>\(</c> and <c>\)</c> are brackets of the text. A bracket that is never closed makes all that follows text of its level.
/// </summary>
internal static class ComfyUiAttention
{
    private const double Step = 1.1;

    // As in PromptParser: deeper brackets are text, which bounds the work for hostile prompts.
    private const int DeepestNesting = 64;

    public static IReadOnlyList<PromptPiece> Parse(string prompt)
    {
        List<PromptPiece> pieces = [];
        Add(prompt, 1, 0, pieces);
        return pieces.Count > 0 ? pieces : [new PromptPiece("", 1)];
    }

    private static void Add(ReadOnlySpan<char> text, double weight, int depth, List<PromptPiece> pieces)
    {
        int start = 0, level = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] is '(' or ')')
            {
                i++;
            }
            else if (text[i] == '(')
            {
                if (level++ == 0)
                {
                    AddLevel(text[start..i], weight, depth, pieces);
                    start = i;
                }
            }
            else if (text[i] == ')' && --level == 0)
            {
                AddLevel(text[start..(i + 1)], weight, depth, pieces);
                start = i + 1;
            }
        }

        AddLevel(text[start..], weight, depth, pieces);
    }

    /// <summary>Either a whole pair of brackets or text without any.</summary>
    private static void AddLevel(ReadOnlySpan<char> text, double weight, int depth, List<PromptPiece> pieces)
    {
        if (text.IsEmpty)
        {
            return;
        }

        if (depth >= DeepestNesting || text.Length < 2 || text[0] != '(' || text[^1] != ')')
        {
            pieces.Add(new PromptPiece(text.ToString().Replace("\\(", "(", StringComparison.Ordinal).Replace("\\)", ")", StringComparison.Ordinal), weight));
            return;
        }

        ReadOnlySpan<char> inside = text[1..^1];
        double inner = weight * Step;
        int colon = inside.LastIndexOf(':');
        if (colon > 0 && double.TryParse(DecimalDigits.ToAscii(inside[(colon + 1)..]), NumberStyles.Float, CultureInfo.InvariantCulture, out double written) && float.IsFinite((float)written))
        {
            inner = written;
            inside = inside[..colon];
        }

        Add(inside, inner, depth + 1, pieces);
    }
}
