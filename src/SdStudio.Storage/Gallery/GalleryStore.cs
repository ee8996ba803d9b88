namespace SdStudio.Storage.Gallery;

/// <summary>The pictures: rows, files and thumbnails together.</summary>
public sealed class GalleryStore
{
    /// <summary>File first (temporary name, flushed, moved), then the row, then the thumbnails. Adding the same job twice answers with the first picture.</summary>
    public Task<GalleryImage> AddAsync(NewImage image, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Raised after a picture was added, changed, trashed or restored; on any thread.</summary>
    public event Action<long>? Changed { add => throw new NotImplementedException(); remove => throw new NotImplementedException(); }

    public Task<GalleryImage?> FindAsync(long id, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Pictures of these ids, in the order asked for; missing ones are left out.</summary>
    public Task<IReadOnlyList<GalleryImage>> FindAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>One keyset page, newest first.</summary>
    /// <param name="before">Only pictures with a smaller id; null starts at the newest.</param>
    public Task<IReadOnlyList<GalleryImage>> PageAsync(GalleryQuery query, long? before, int limit, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Ids and sizes of all matches, newest first: the ground plan of the grid.</summary>
    public Task<IReadOnlyList<GalleryTile>> TilesAsync(GalleryQuery query, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    public Task<int> CountAsync(GalleryQuery query, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Ids of the newer and the older neighbour, and the place (1 is the newest) among all matches.</summary>
    public Task<(long? Newer, long? Older, int Place, int Count)> NeighboursAsync(long id, GalleryQuery query, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>First ancestor and children, for the family of a picture.</summary>
    public Task<(GalleryImage? Parent, IReadOnlyList<GalleryImage> Children)> FamilyAsync(long id, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    public Task SetFavouriteAsync(long id, bool isFavourite, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Moves pictures to the trash; nothing on disk is touched.</summary>
    /// <returns>How many were moved.</returns>
    public Task<int> TrashAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    public Task<int> RestoreAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Deletes for good what has been in the trash since before <paramref name="before"/>: row first, files second.</summary>
    public Task<int> PurgeAsync(DateTimeOffset before, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Full path of the PNG, or null when there is no such picture or its file is gone.</summary>
    public Task<string?> PictureFileAsync(long id, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Full path of the WebP thumbnail (made anew when missing), or null.</summary>
    public Task<string?> ThumbnailFileAsync(long id, ThumbnailSize size, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Full path of the film (the steps side by side, one WebP), or null.</summary>
    public Task<string?> FilmFileAsync(long id, CancellationToken cancellationToken = default) => throw new NotImplementedException();
}
