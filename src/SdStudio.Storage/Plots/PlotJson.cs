using System.Collections.Immutable;
using System.Text.Json;
using SdStudio.Storage.Metadata;

namespace SdStudio.Storage.Plots;

/// <summary>The parts of a plot as JSON, for its row.</summary>
internal static class PlotJson
{
    public static string Write(PlotDefinition definition) =>
        JsonSerializer.Serialize(definition with { Recipe = RecipeJson.WellFormed(definition.Recipe) }, RecipeJson.s_options);

    /// <returns>Null for what this version cannot read.</returns>
    public static PlotDefinition? TryRead(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<PlotDefinition>(json, RecipeJson.s_options) is { IsSound: true } definition ? definition : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static string Write(IEnumerable<int> cells) => JsonSerializer.Serialize(cells);

    public static int[] ReadCells(string json) => JsonSerializer.Deserialize<int[]>(json) ?? [];

    public static string Write(ImmutableSortedDictionary<int, string> failures) => JsonSerializer.Serialize(failures);

    public static ImmutableSortedDictionary<int, string> ReadFailures(string json) =>
        JsonSerializer.Deserialize<ImmutableSortedDictionary<int, string>>(json) ?? ImmutableSortedDictionary<int, string>.Empty;
}
