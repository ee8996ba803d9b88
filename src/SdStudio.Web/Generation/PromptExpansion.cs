using SdStudio.Diffusion;
using SdStudio.Diffusion.Prompts;
using SdStudio.Diffusion.Prompts.Dynamic;
using SdStudio.Storage.Styles;

namespace SdStudio.Web.Generation;

/// <summary>
/// Makes recipes of what was written: styles are merged in, then choices and wildcards become words, for each picture by its own seed. What
/// comes out says all that makes the picture; what was written stays with it as its template.
/// </summary>
public sealed class PromptExpansion(StyleStore styles, IWildcards wildcards)
{
    /// <param name="written">The first picture's recipe with its definite seed and the words as they were written, LoRA tags and all.</param>
    /// <param name="pictures">The others have the seeds that follow.</param>
    /// <param name="styleNames">In the order in which they are merged; one that is not here is passed over.</param>
    /// <returns>One recipe for each picture; null when words and styles are too long for any use.</returns>
    public IReadOnlyList<ImageRecipe>? Expand(ImageRecipe written, int pictures, IEnumerable<string> styleNames)
    {
        ArgumentNullException.ThrowIfNull(written);
        IEnumerable<PromptStyle> chosen = styleNames.Select(styles.Find).OfType<PromptStyle>();
        if (StyleMerge.Apply(written.Prompt, written.NegativePrompt, chosen) is not { } merged)
        {
            return null;
        }

        return [.. Enumerable.Range(0, pictures).Select(written.InBatch).Select(recipe =>
        {
            string prompt = PromptExpander.Expand(merged.Prompt, recipe.Seed, wildcards).Trim();
            string negative = PromptExpander.Expand(merged.NegativePrompt, recipe.Seed, wildcards).Trim();
            return PromptLoras.Apply((prompt, negative) == (recipe.Prompt, recipe.NegativePrompt) ? recipe : recipe with
            {
                Prompt = prompt,
                NegativePrompt = negative,
                Template = new PromptTemplate(recipe.Prompt, recipe.NegativePrompt),
            });
        })];
    }

    /// <summary>Wildcards that a text names and that are not here; they stay in the prompt as they are written.</summary>
    public IReadOnlyList<string> UnknownWildcards(string text) => [.. WildcardMentions.In(text).Where(name => !IsKnown(name))];

    private bool IsKnown(string name) =>
        WildcardPattern.Holds(name) ? wildcards.Names.Any(known => WildcardPattern.IsMatch(name, known)) : wildcards.LinesOf(name) is not null;
}
