using SdStudio.Storage.Gallery;
using SdStudio.Storage.Metadata;
using SdStudio.Storage.Models;

namespace SdStudio.Web.Components.Gallery;

/// <summary>The filters of one search, each counted within that search.</summary>
public sealed record GalleryFacets(
    int Everything,
    GalleryFacet Favourites,
    GalleryFacet Mine,
    int Trash,
    IReadOnlyList<GalleryFacet> Models,
    IReadOnlyList<GalleryFacet> Loras)
{
    /// <summary>Models that are not here, of each kind.</summary>
    private const int MostForeign = 12;

    public static readonly SearchTerm FavouriteTerm = new("is", "favourite");
    public static readonly SearchTerm MineTerm = new("by", "me");

    public static GalleryFacets None { get; } =
        new(0, new GalleryFacet(FavouriteTerm, "Favourites", 0), new GalleryFacet(MineTerm, "Made by you", 0), 0, [], []);

    /// <summary>Counts a search's filters. Models without a picture in it are left out, unless they are what is searched for.</summary>
    /// <param name="owner">Who "me" is.</param>
    public static async Task<GalleryFacets> CountAsync(
        GalleryStore gallery, IReadOnlyList<ModelFile> models, SearchText search, string owner, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(gallery);
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(search);

        IReadOnlyDictionary<(ModelKind Kind, string Name), ModelUsage> usage = await gallery.UsageAsync(cancellationToken);

        async Task<GalleryFacet> Of(SearchTerm term, string name) =>
            new(term, name, await gallery.CountAsync(search.With(term).ToQuery(owner, models), cancellationToken));

        // There may be thousands of models, of which few have made a picture.
        bool IsUsed(ModelFile model) => MadeWith.Of(model, models).Names.Any(name => usage.ContainsKey((model.Kind, name)));

        async Task<IReadOnlyList<GalleryFacet>> OfKind(ModelKind kind, string field)
        {
            var facets = new List<GalleryFacet>();
            foreach (ModelFile model in models.Where(model => model.Kind == kind))
            {
                SearchTerm term = new(field, model.Name);
                if (!IsUsed(model) && !search.Terms.Contains(term))
                {
                    continue;
                }

                GalleryFacet facet = await Of(term, model.Title);
                if (facet.Count > 0 || search.Terms.Contains(facet.Term))
                {
                    facets.Add(facet);
                }
            }

            // Pictures of other programs are often of models that are not here; the most used of these are filters too.
            HashSet<string> known = [.. models.Where(model => model.Kind == kind).SelectMany(model => MadeWith.Of(model, models).Names), ReadRecipe.UnknownModel];
            foreach (string name in usage.Where(used => used.Key.Kind == kind && !known.Contains(used.Key.Name)).OrderByDescending(used => used.Value.Pictures).Take(MostForeign).Select(used => used.Key.Name))
            {
                GalleryFacet facet = await Of(new SearchTerm(field, name), name);
                if (facet.Count > 0 || search.Terms.Contains(facet.Term))
                {
                    facets.Add(facet);
                }
            }

            return facets;
        }

        return new GalleryFacets(
            await gallery.CountAsync(new GalleryQuery(), cancellationToken),
            await Of(FavouriteTerm, "Favourites"),
            await Of(MineTerm, "Made by you"),
            await gallery.CountAsync(new GalleryQuery(Trash: true), cancellationToken),
            await OfKind(ModelKind.Checkpoint, "model"),
            await OfKind(ModelKind.Lora, "lora"));
    }
}
