using SdStudio.Storage.Gallery;

namespace SdStudio.Storage.Models;

/// <summary>
/// The models with their profiles and pictures: what a page of models shows. Pictures name a model by its name of their time, so a model also
/// has those of its former names, unless another model is called so today.
/// </summary>
public sealed class ModelLibrary(ModelCatalog catalog, GalleryStore gallery)
{
    /// <summary>All models of the last scan, by title.</summary>
    /// <param name="kind">Null: every kind.</param>
    public async Task<IReadOnlyList<ModelEntry>> EntriesAsync(ModelKind? kind = null, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<ModelFile> all = catalog.Models;
        IReadOnlyDictionary<(ModelKind Kind, string Name), ModelUsage> usage = await gallery.UsageAsync(cancellationToken);
        return [.. all.Where(model => kind is null || model.Kind == kind).Select(model => Entry(model, all, usage))];
    }

    /// <returns>Null when there is no such model now.</returns>
    /// <param name="id">See <see cref="ModelFile.Id"/>.</param>
    public async Task<ModelEntry?> FindAsync(string id, CancellationToken cancellationToken = default) =>
        catalog.FindById(id) is { } model ? (await EntriesAsync(model.Kind, cancellationToken)).FirstOrDefault(entry => entry.File.Path == model.Path) : null;

    /// <summary>The picture that shows a model best where none lies beside it: the newest favourite made with it, else the newest.</summary>
    public async Task<GalleryImage?> BestPictureAsync(MadeWith madeWith, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<GalleryImage> best = await gallery.PageAsync(new GalleryQuery(FavouritesOnly: true) { MadeWith = madeWith }, before: null, limit: 1, cancellationToken);
        if (best.Count == 0)
        {
            best = await gallery.PageAsync(new GalleryQuery { MadeWith = madeWith }, before: null, limit: 1, cancellationToken);
        }

        return best.Count == 0 ? null : best[0];
    }

    private static ModelEntry Entry(ModelFile model, IReadOnlyList<ModelFile> all, IReadOnlyDictionary<(ModelKind Kind, string Name), ModelUsage> usage)
    {
        MadeWith made = MadeWith.Of(model, all);
        ModelUsage[] uses = [.. made.Names.Select(name => usage.GetValueOrDefault((model.Kind, name))).OfType<ModelUsage>()];
        return new ModelEntry(model, uses.Sum(use => use.Pictures), uses.Length == 0 ? null : uses.Max(use => use.LastUsedAt), made);
    }
}
