using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Imaging;
using SdStudio.Storage.Metadata;

namespace SdStudio.Web.Endpoints;

/// <summary>
/// The files of the gallery by id. Addresses with a version (<c>?v=</c>) never name other bytes, so browsers may keep those for good;
/// without one they ask again, because ids begin at 1 again when somebody empties the folder.
/// </summary>
internal static class PictureEndpoints
{
    private const string Immutable = "private, max-age=31536000, immutable";
    private const string AskAgain = "private, no-cache";

    public static void MapPictures(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/pictures/{id:long}", PictureAsync);
        routes.MapGet("/pictures/{id:long}.{extension:regex(^(png|jpg|webp|avif|gif)$)}", PictureAsync);
        routes.MapGet("/thumbnails/{id:long}/{size:int}.webp", ThumbnailAsync);
        routes.MapGet("/films/{id:long}.webp", FilmAsync);
    }

    /// <param name="extension">The format that is wanted; null: as the picture is kept. With <c>?recipe=none</c> the file says nothing of how it was made.</param>
    private static async Task<Results<PhysicalFileHttpResult, FileContentHttpResult, ProblemHttpResult>> PictureAsync(
        long id, string? extension, HttpContext context, GalleryStore gallery, CancellationToken cancellationToken)
    {
        GalleryImage? image = await gallery.FindAsync(id, cancellationToken);
        // What lies in the trash is shown there as a thumbnail, and nowhere else.
        if (image is null || image.TrashedAt is not null || await gallery.PictureFileAsync(id, cancellationToken) is not { } path)
        {
            return Missing(context);
        }

        ImageFormat format = extension is null ? image.Format : ImageFormats.OfOwnName("." + extension);
        RecipeInFile carried = context.Request.Query["recipe"] == "none" ? RecipeInFile.None : RecipeInFile.Whole;
        string? name = context.Request.Query.ContainsKey("download") ? DownloadName.For(image, format, carried) : null;
        if (format == image.Format && carried == RecipeInFile.Whole)
        {
            return Kept(context, path, format.MediaType(), name);
        }

        context.Response.Headers.CacheControl = AskAgain;
        return (format == image.Format || PictureEncoder.Formats.Contains(format)) && await gallery.ExportAsync(id, format, carried, cancellationToken) is { } file
            ? TypedResults.File(file, format.MediaType(), name)
            : Missing(context);
    }

    private static async Task<Results<PhysicalFileHttpResult, ProblemHttpResult>> ThumbnailAsync(long id, int size, HttpContext context, GalleryStore gallery, CancellationToken cancellationToken) =>
        Enum.IsDefined((ThumbnailSize)size) && await gallery.ThumbnailFileAsync(id, (ThumbnailSize)size, cancellationToken) is { } path
            ? Kept(context, path, "image/webp")
            : Missing(context);

    private static async Task<Results<PhysicalFileHttpResult, ProblemHttpResult>> FilmAsync(long id, HttpContext context, GalleryStore gallery, CancellationToken cancellationToken) =>
        await gallery.FindAsync(id, cancellationToken) is { TrashedAt: null } && await gallery.FilmFileAsync(id, cancellationToken) is { } path
            ? Kept(context, path, "image/webp")
            : Missing(context);

    private static PhysicalFileHttpResult Kept(HttpContext context, string path, string contentType, string? downloadName = null)
    {
        context.Response.Headers.CacheControl = context.Request.Query.ContainsKey("v") ? Immutable : AskAgain;
        // The time of the file and not its id: see above.
        string tag = File.GetLastWriteTimeUtc(path).Ticks.ToString("x", CultureInfo.InvariantCulture);
        return TypedResults.PhysicalFile(path, contentType, downloadName, entityTag: new EntityTagHeaderValue($"\"{tag}\""), enableRangeProcessing: true);
    }

    private static ProblemHttpResult Missing(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Problem("There is no such picture here, or it lies in the trash.", statusCode: StatusCodes.Status404NotFound, title: "Not found");
    }
}
