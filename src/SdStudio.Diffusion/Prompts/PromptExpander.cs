using SdStudio.Diffusion.Prompts.Dynamic;

namespace SdStudio.Diffusion.Prompts;

/// <summary>
/// Makes a prompt of a template, in the syntax of dynamic prompts: <c>{a|b}</c> chooses one, <c>{2::a|b}</c> with weights, <c>{2$$a|b|c}</c> two,
/// <c>{1-3$$ and $$a|b|c}</c> some with words between them, <c>__name__</c> a line of a wildcard (<c>*</c> stands for any name), <c>${x=a}</c> and <c>${x}</c>
/// a variable, <c>%{before ... after$$a}</c> wraps. Every text is a template: what does not parse, and wildcards that are not there, stay as they are.
/// </summary>
public static class PromptExpander
{
    /// <summary>Far beyond any prompt; a template that would grow beyond it is cut off there.</summary>
    public const int LongestText = 100_000;

    /// <param name="seed">The same one gives the same words, as long as the wildcards are the same.</param>
    public static string Expand(string template, long seed, IWildcards wildcards)
    {
        ArgumentNullException.ThrowIfNull(template);
        ArgumentNullException.ThrowIfNull(wildcards);
        return new TemplateWriter(wildcards, new SeededDraw(seed)).Write(template);
    }
}
