using SdStudio.Diffusion.Prompts;

namespace SdStudio.Diffusion.Pipelines;

/// <summary>How a recipe's prompts are to be read.</summary>
internal readonly record struct PromptHabits(PromptSyntax Syntax, EmphasisMode Emphasis)
{
    public static PromptHabits Of(ImageRecipe recipe) => recipe switch
    {
        { Profile: CompatibilityProfile.ComfyUi, Emphasis: null } or { Emphasis: EmphasisMode.ComfyUi } => new(PromptSyntax.ComfyUi, EmphasisMode.ComfyUi),
        { Profile: CompatibilityProfile.Diffusers, Emphasis: null } => new(PromptSyntax.Plain, EmphasisMode.Ignore),
        _ => new(PromptSyntax.WebUi, recipe.Emphasis ?? EmphasisMode.Original),
    };
}
