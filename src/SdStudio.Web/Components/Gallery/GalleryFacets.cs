using SdStudio.Storage.Gallery;
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

        async Task<GalleryFacet> Of(SearchTerm term, string name) =>
            new(term, name, await gallery.CountAsync(search.With(term).ToQuery(owner), cancellationToken));

        async Task<IReadOnlyList<GalleryFacet>> OfKind(ModelKind kind, string field)
        {
            var facets = new List<GalleryFacet>();
            foreach (ModelFile model in models.Where(model => model.Kind == kind))
            {
                GalleryFacet facet = await Of(new SearchTerm(field, model.Name), model.Title);
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
