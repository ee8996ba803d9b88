using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using SdStudio.Storage.Plots;
using SdStudio.Web.Components.Generate;

namespace SdStudio.Web.Components.Plots;

/// <summary>A plot that is being written, in the address of its page: a reload or a second tab shows the same.</summary>
public static class PlotQuery
{
    /// <summary>Longer values do not go into an address; they are lost with a reload.</summary>
    private const int LongestText = 2000;

    private static readonly string[] s_keys = ["x", "y", "z"];

    /// <returns>The query without its question mark.</returns>
    public static string Format(PlotForm form)
    {
        ArgumentNullException.ThrowIfNull(form);
        RecipeFormModel recipe = new();
        recipe.Take(form.Recipe, keepSeed: true);
        KeyValuePair<string, string?>[] axes =
        [
            .. form.Axes.Select((axis, place) => new KeyValuePair<string, string?>(s_keys[place], $"{axis.Field}:{axis.Text}"))
                .Where((pair, place) => form.Axes[place].Field.Length > 0 && pair.Value!.Length <= LongestText),
        ];
        return QueryHelpers.AddQueryString($"?{RecipeQuery.Format(recipe)}", axes).TrimStart('?');
    }

    /// <summary>Puts the axes of an address into the form. What names no field is passed over.</summary>
    public static void Read(string query, PlotForm form)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(form);
        Dictionary<string, StringValues> values = QueryHelpers.ParseQuery(query);
        for (int i = 0; i < s_keys.Length; i++)
        {
            if (values.TryGetValue(s_keys[i], out StringValues value) && value[0] is { Length: <= LongestText } text
                && text.IndexOf(':', StringComparison.Ordinal) is var colon and > 0 && AxisFields.Find(text[..colon]) is { } field)
            {
                (form.Axes[i].Field, form.Axes[i].Text) = (field.Key, text[(colon + 1)..]);
            }
        }
    }
}
