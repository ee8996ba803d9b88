using SdStudio.Storage.Models;

namespace SdStudio.Web.Components.Models;

/// <summary>Which models the page shows. It stands in the address, so that Back and a bookmark find it again.</summary>
/// <param name="Words">All of them must stand in title, name, base model, trigger words or notes.</param>
/// <param name="Family">Null for any.</param>
public sealed record ModelFilter(ModelShelf Shelf, string Words = "", string? Family = null, bool FavouritesOnly = false, ModelOrder Order = ModelOrder.Title)
{
    private const int LongestWords = 200;

    /// <summary>From an address, of which everything may be missing or wrong.</summary>
    public static ModelFilter Read(string? shelf, string? words, string? family, bool favouritesOnly, string? order) => new(
        ModelShelf.All.FirstOrDefault(known => known.Key == shelf) ?? ModelShelf.All[0],
        words is { Length: <= LongestWords } ? words : "",
        string.IsNullOrEmpty(family) ? null : family,
        favouritesOnly,
        Enum.GetValues<ModelOrder>().FirstOrDefault(known => Key(known) == order));

    /// <summary>Whether it leaves out some of its shelf.</summary>
    public bool IsNarrow => !string.IsNullOrWhiteSpace(Words) || Family is not null || FavouritesOnly;

    public string Address
    {
        get
        {
            (string Name, string? Value)[] parts =
            [
                ("kind", Shelf == ModelShelf.All[0] ? null : Shelf.Key),
                ("q", Words.Length == 0 ? null : Words),
                ("family", Family),
                ("favourites", FavouritesOnly ? "true" : null),
                ("order", Order == default ? null : Key(Order)),
            ];
            string query = string.Join('&', parts.Where(part => part.Value is not null).Select(part => $"{part.Name}={Uri.EscapeDataString(part.Value!)}"));
            return query.Length == 0 ? "/models" : $"/models?{query}";
        }
    }

    /// <summary>What the page shows of these, in its order.</summary>
    public IReadOnlyList<ModelEntry> Apply(IEnumerable<ModelEntry> entries)
    {
        string[] words = Words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        IEnumerable<ModelEntry> shown = entries.Where(entry => Shelf.Holds(entry.File)
            && (Family is null || entry.File.Family == Family)
            && (!FavouritesOnly || entry.Profile.IsFavourite)
            && Array.TrueForAll(words, word => Texts(entry).Any(text => text.Contains(word, StringComparison.OrdinalIgnoreCase))));
        IOrderedEnumerable<ModelEntry> usable = shown.OrderBy(entry => entry.File.Problem is not null);
        return [.. Order switch
        {
            ModelOrder.MostUsed => usable.ThenByDescending(entry => entry.Pictures),
            ModelOrder.LastUsed => usable.ThenByDescending(entry => entry.LastUsedAt ?? DateTimeOffset.MinValue),
            _ => usable,
        }];
    }

    private static string Key(ModelOrder order) => order switch
    {
        ModelOrder.MostUsed => "most-used",
        ModelOrder.LastUsed => "last-used",
        _ => "title",
    };

    private static IEnumerable<string> Texts(ModelEntry entry)
    {
        yield return entry.File.Title;
        yield return entry.File.Name;
        yield return entry.File.Details.BaseModel ?? "";
        yield return entry.Profile.Notes ?? "";
        foreach (string word in entry.File.Details.TriggerWords)
        {
            yield return word;
        }
    }
}
