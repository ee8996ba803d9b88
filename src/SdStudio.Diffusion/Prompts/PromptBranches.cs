using System.Globalization;
using System.Text.RegularExpressions;

namespace SdStudio.Diffusion.Prompts;

/// <summary>Prompts joined by AND in capitals, as in <c>a cat AND a dog:0.6</c>: each guides by itself (Liu et al. 2022, "Compositional visual generation with composable diffusion models", arXiv:2206.01714).</summary>
public static partial class PromptBranches
{
    /// <summary>At least one. A number behind the last colon of a branch is its weight.</summary>
    public static IReadOnlyList<PromptBranch> Split(string prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return [.. And().Split(prompt).Select(Branch)];
    }

    /// <summary>Whether there is more than one.</summary>
    public static bool AreJoined(string prompt) => And().IsMatch(prompt);

    private static PromptBranch Branch(string text)
    {
        text = text.TrimEnd();
        int colon = text.LastIndexOf(':');
        return colon >= 0 && Weight().Match(text[(colon + 1)..]) is { Success: true } match
            ? new PromptBranch(text[..colon].TrimEnd(), double.Parse(match.Value, CultureInfo.InvariantCulture))
            : new PromptBranch(text, 1);
    }

    [GeneratedRegex(@"\bAND\b", RegexOptions.CultureInvariant)]
    private static partial Regex And();

    [GeneratedRegex(@"^\s*[-+]?(?:[0-9]{1,9}\.?|[0-9]{0,9}\.[0-9]{1,9})$", RegexOptions.CultureInvariant)]
    private static partial Regex Weight();
}
