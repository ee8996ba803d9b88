namespace SdStudio.Storage.Styles;

/// <summary>Puts styles and a prompt together exactly as A1111 does (<c>modules/styles.py</c>): one after the other.</summary>
public static class StyleMerge
{
    public const string Placeholder = "{prompt}";

    // Each style may say {prompt} many times, and there may be many styles: unbounded, a few hundred letters would become gigabytes.
    private const int Longest = 200_000;

    /// <returns>Prompt and negative prompt; null when they become too long for any use.</returns>
    public static (string Prompt, string NegativePrompt)? Apply(string prompt, string negativePrompt, IEnumerable<PromptStyle> styles)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentNullException.ThrowIfNull(negativePrompt);
        ArgumentNullException.ThrowIfNull(styles);
        foreach (PromptStyle style in styles)
        {
            if (Merge(style.Prompt, prompt) is not { } merged || Merge(style.NegativePrompt, negativePrompt) is not { } negativeMerged)
            {
                return null;
            }

            (prompt, negativePrompt) = (merged, negativeMerged);
        }

        return (prompt, negativePrompt);
    }

    private static string? Merge(string style, string prompt)
    {
        long places = style.AsSpan().Count(Placeholder);
        return style.Length + places * prompt.Length + prompt.Length > Longest ? null
            : places > 0 ? style.Replace(Placeholder, prompt, StringComparison.Ordinal)
            : string.Join(", ", new[] { prompt.Trim(), style.Trim() }.Where(part => part.Length > 0));
    }
}
