using SdStudio.Storage.Plots;
using SdStudio.Web.Components.Generate;

namespace SdStudio.Web.Components.Plots;

/// <summary>Addresses of plots.</summary>
public static class PlotAddress
{
    /// <summary>Where one is written, with the recipe of a form.</summary>
    public static string New(RecipeFormModel form) => $"/plot?{RecipeQuery.Format(form)}";

    /// <summary>Where one is written, with recipe and axes of an earlier one.</summary>
    public static string Again(long id) => FormattableString.Invariant($"/plot?again={id}");

    public static string Of(long id) => FormattableString.Invariant($"/plots/{id}");

    /// <summary>The labelled grid picture.</summary>
    /// <param name="z">From 0.</param>
    public static string Grid(Plot plot, int z)
    {
        ArgumentNullException.ThrowIfNull(plot);
        return FormattableString.Invariant($"/plots/{plot.Id}/grid-{z}.jpg");
    }
}
