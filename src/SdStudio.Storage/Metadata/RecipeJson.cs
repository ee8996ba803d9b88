using System.Text.Json;
using SdStudio.Diffusion;

namespace SdStudio.Storage.Metadata;

/// <summary>A recipe as JSON: in the database's rows, and inside a <see cref="PictureRecord"/>.</summary>
internal static class RecipeJson
{
    /// <summary>The default encoder writes everything outside ASCII as \u escapes: the text fits the plainest PNG chunk.</summary>
    internal static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    public static string Write(ImageRecipe recipe) => JsonSerializer.Serialize(WellFormed(recipe), s_options);

    /// <exception cref="JsonException">The text is no recipe.</exception>
    public static ImageRecipe Read(string json) =>
        JsonSerializer.Deserialize<ImageRecipe>(json, s_options) ?? throw new JsonException("The recipe is empty.");

    /// <summary>The recipe with lone surrogates replaced: no encoding can carry those, so they would not come back.</summary>
    public static ImageRecipe WellFormed(ImageRecipe recipe) => recipe with
    {
        Prompt = WellFormed(recipe.Prompt),
        NegativePrompt = WellFormed(recipe.NegativePrompt),
        Checkpoint = WellFormed(recipe.Checkpoint),
        Loras = [.. recipe.Loras.Select(lora => lora with { Name = WellFormed(lora.Name) })],
        Vae = recipe.Vae is { } vae ? WellFormed(vae) : null,
        TextEncoders = [.. recipe.TextEncoders.Select(WellFormed)],
        Refiner = recipe.Refiner is { } refiner ? refiner with { Name = WellFormed(refiner.Name) } : null,
        Template = recipe.Template is { } template ? new PromptTemplate(WellFormed(template.Prompt), WellFormed(template.NegativePrompt)) : null,
    };

    private static string WellFormed(string text)
    {
        int bad = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            bad += rune == System.Text.Rune.ReplacementChar ? 1 : 0;
        }

        return bad == 0 ? text : string.Concat(text.EnumerateRunes());
    }
}
