using System.Globalization;
using Microsoft.Extensions.Options;
using SdStudio.Diffusion;
using SdStudio.Web.Configuration;

namespace SdStudio.Web.Generation;

/// <summary>How much one recipe may ask for; the form shows these limits, the worker insists on them.</summary>
public sealed class RecipeLimits(IOptions<GenerationOptions> options)
{
    private readonly GenerationOptions _options = options.Value;

    public int MaxPictures => _options.MaxPictures;

    /// <summary>Width x height.</summary>
    public int MaxPixels => _options.MaxPixels;

    public int MaxSteps => _options.MaxSteps;

    /// <summary>Characters.</summary>
    public int MaxPromptLength => _options.MaxPromptLength;

    /// <summary>Why this recipe asks for too much, for people; null when it does not.</summary>
    public string? Problem(ImageRecipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        if (recipe.Width < 1 || recipe.Height < 1 || (long)recipe.Width * recipe.Height > MaxPixels)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{recipe.Width} × {recipe.Height} is more than this studio makes. Use at most {MaxPixels / 1e6:0.#} megapixels.");
        }

        if (recipe.Steps < 1 || recipe.Steps > MaxSteps)
        {
            return string.Create(CultureInfo.InvariantCulture, $"Steps go from 1 to {MaxSteps}.");
        }

        return recipe.Prompt.Length > MaxPromptLength || recipe.NegativePrompt.Length > MaxPromptLength
            ? string.Create(CultureInfo.InvariantCulture, $"The prompt is too long. Use at most {MaxPromptLength} characters.")
            : null;
    }
}
