using System.Globalization;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Imaging;

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

    /// <summary>The full picture, as it is kept.</summary>
    public static string File(GalleryImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return FormattableString.Invariant($"/pictures/{image.Id}{image.Format.Extension()}?v={Version(image.CreatedAt)}");
    }

    public static string Download(GalleryImage image) => $"{File(image)}&download";

    /// <summary>In a format of one's choice, with the recipe or without.</summary>
    public static string Download(GalleryImage image, ImageFormat format, bool withRecipe)
    {
        ArgumentNullException.ThrowIfNull(image);
        return FormattableString.Invariant($"/pictures/{image.Id}{format.Extension()}?v={Version(image.CreatedAt)}&download{(withRecipe ? "" : "&recipe=none")}");
    }

    /// <summary>For where only the id is known; browsers ask again whether it is still the same.</summary>
    public static string Download(long id) => FormattableString.Invariant($"/pictures/{id}?download");

    /// <param name="image">The picture.</param>
    /// <param name="size">Longest side, 256 or 512.</param>
    public static string Thumbnail(GalleryImage image, int size)
    {
        ArgumentNullException.ThrowIfNull(image);
        return Thumbnail(image.Id, image.CreatedAt, size);
    }

    /// <inheritdoc cref="Thumbnail(GalleryImage, int)"/>
    public static string Thumbnail(GalleryTile tile, int size) => Thumbnail(tile.Id, tile.CreatedAt, size);

    public static string Film(GalleryImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return FormattableString.Invariant($"/films/{image.Id}.webp?v={Version(image.CreatedAt)}");
    }

    /// <summary>Both thumbnails with their widths, so that the browser picks by the size shown and the density of its screen.</summary>
    public static string ThumbnailSet(GalleryTile tile)
    {
        double longest = Math.Max(1, Math.Max(tile.Width, tile.Height));
        int small = (int)Math.Max(1, Math.Round(tile.Width * Math.Min(1, 256 / longest)));
        int large = (int)Math.Max(1, Math.Round(tile.Width * Math.Min(1, 512 / longest)));
        return large > small
            ? FormattableString.Invariant($"{Thumbnail(tile, 256)} {small}w, {Thumbnail(tile, 512)} {large}w")
            : FormattableString.Invariant($"{Thumbnail(tile, 256)} {small}w");
    }

    private static string Thumbnail(long id, DateTimeOffset createdAt, int size) =>
        FormattableString.Invariant($"/thumbnails/{id}/{size}.webp?v={Version(createdAt)}");

    /// <summary>Browsers keep these files for good, and ids begin at 1 again when somebody empties the folder: the moment tells the two apart.</summary>
    private static string Version(DateTimeOffset createdAt) => createdAt.ToUnixTimeMilliseconds().ToString("x", CultureInfo.InvariantCulture);
}
