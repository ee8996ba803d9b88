using SdStudio.Diffusion.Prompts;
using SdStudio.Diffusion.Sampling;

namespace SdStudio.Diffusion.Pipelines;

/// <summary>How a recipe's prompts are to be read.</summary>
internal readonly record struct PromptHabits(PromptSyntax Syntax, EmphasisMode Emphasis)
{
    public static PromptHabits Of(ImageRecipe recipe)
    {
        EmphasisMode emphasis = ProgramCatalog.EmphasisFor(recipe);
        PromptSyntax syntax =
            emphasis == EmphasisMode.ComfyUi ? PromptSyntax.ComfyUi
            : recipe is { Profile: CompatibilityProfile.Diffusers, Emphasis: null } ? PromptSyntax.Plain
            : PromptSyntax.WebUi;
        return new PromptHabits(syntax, emphasis);
    }
}
