namespace SdStudio.Web.Components.Gallery;

/// <summary>Addresses of the gallery's pages and pictures.</summary>
public static class GalleryAddress
{
    /// <summary>The gallery, showing a search.</summary>
    public static string Gallery(SearchText search)
    {
        ArgumentNullException.ThrowIfNull(search);
        return search.IsEmpty ? "/gallery" : $"/gallery?q={Uri.EscapeDataString(search.ToString())}";
    }

    /// <summary>One picture, whose neighbours are those of the search it was opened from.</summary>
    public static string Picture(long id, SearchText search)
    {
        ArgumentNullException.ThrowIfNull(search);
        return search.IsEmpty ? Picture(id) : $"{Picture(id)}?q={Uri.EscapeDataString(search.ToString())}";
    }

    public static string Picture(long id) => FormattableString.Invariant($"/picture/{id}");

    /// <summary>The full picture. The bytes of an id never change.</summary>
    public static string File(long id) => FormattableString.Invariant($"/pictures/{id}.png");

    public static string Download(long id) => FormattableString.Invariant($"/pictures/{id}.png?download");

    /// <param name="id">The picture.</param>
    /// <param name="size">Longest side, 256 or 512.</param>
    public static string Thumbnail(long id, int size) => FormattableString.Invariant($"/thumbnails/{id}/{size}.webp");

    public static string Film(long id) => FormattableString.Invariant($"/films/{id}.webp");

    /// <summary>Both thumbnails with their widths, so that the browser picks by the size shown and the density of its screen.</summary>
    public static string ThumbnailSet(long id, int width, int height)
    {
        double longest = Math.Max(1, Math.Max(width, height));
        int small = (int)Math.Max(1, Math.Round(width * Math.Min(1, 256 / longest)));
        int large = (int)Math.Max(1, Math.Round(width * Math.Min(1, 512 / longest)));
        return large > small
            ? FormattableString.Invariant($"{Thumbnail(id, 256)} {small}w, {Thumbnail(id, 512)} {large}w")
            : FormattableString.Invariant($"{Thumbnail(id, 256)} {small}w");
    }
}
