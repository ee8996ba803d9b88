using SdStudio.Diffusion;
using SdStudio.Web.Generation;

namespace SdStudio.Web.Plots;

/// <summary>How long many pictures will take.</summary>
public sealed class PlotEstimate(PictureTimes times)
{
    /// <param name="recipes">The pictures.</param>
    /// <param name="known">A picture like them and the time it took, for the first moments of the program; null for none.</param>
    /// <returns>Kinds that were not made yet are reckoned by the others, by steps and pixels; null where none was.</returns>
    public TimeSpan? Of(IEnumerable<ImageRecipe> recipes, (ImageRecipe Recipe, TimeSpan Time)? known = null)
    {
        ArgumentNullException.ThrowIfNull(recipes);
        (TimeSpan sum, double work, double unknown) = (TimeSpan.Zero, 0, 0);
        foreach (ImageRecipe recipe in recipes)
        {
            if (times.Estimate(recipe) is { } time)
            {
                sum += time;
                work += Work(recipe);
            }
            else
            {
                unknown += Work(recipe);
            }
        }

        return unknown == 0 ? sum
            : work > 0 ? sum + (sum * (unknown / work))
            : known is { } like && Work(like.Recipe) > 0 ? like.Time * (unknown / Work(like.Recipe))
            : null;
    }

    /// <summary>Guidance evaluates the network twice a step.</summary>
    private static double Work(ImageRecipe recipe) => recipe.Steps * (double)recipe.Width * recipe.Height * (recipe.GuidanceScale == 1 ? 1 : 2);
}
