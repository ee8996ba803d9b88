using Microsoft.AspNetCore.Http.HttpResults;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Imaging;
using SdStudio.Storage.Metadata;
using SdStudio.Storage.Sharing;

namespace SdStudio.Web.Endpoints;

/// <summary>
/// The files of a shared picture. The link is asked at every request, so expiry and revocation hold for the bytes too; nothing may
/// be kept by a browser or proxy, and nothing says which picture of the gallery this is.
/// </summary>
internal static class ShareEndpoints
{
    public static void MapSharedPictures(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/s/{token}/picture.{extension:regex(^(png|jpg|webp|avif|gif)$)}", PictureAsync);
        routes.MapGet("/s/{token}/thumbnail.webp", ThumbnailAsync);
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> PictureAsync(
        string token, string extension, HttpContext context, ShareLinkStore links, GalleryStore gallery, CancellationToken cancellationToken)
    {
        context.Response.Headers.CacheControl = "no-store";
        // In the format that the link has, and no other. Without what the file says for this studio alone; with the recipe only where the owner shows it.
        if (await links.ResolveAsync(token, cancellationToken) is not var (link, image)
            || FormatOf(link, image) is var format && format.Extension() != "." + extension
            || await gallery.ExportAsync(image.Id, format, link.ShowsRecipe ? RecipeInFile.Parameters : RecipeInFile.None, cancellationToken) is not { } file)
        {
            return Ended();
        }

        bool isDownload = context.Request.Query.ContainsKey("download");
        return TypedResults.Bytes(file, format.MediaType(), isDownload ? DownloadName.ForGuest(image, format, link.ShowsRecipe) : null);
    }

    /// <summary>The format in which a link gives its picture.</summary>
    public static ImageFormat FormatOf(ShareLink link, GalleryImage image) => link.Format ?? image.Format;

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> ThumbnailAsync(string token, HttpContext context, ShareLinkStore links, GalleryStore gallery, CancellationToken cancellationToken)
    {
        context.Response.Headers.CacheControl = "no-store";
        return await links.ResolveAsync(token, cancellationToken) is var (_, image)
            && await gallery.ThumbnailFileAsync(image.Id, ThumbnailSize.Large, cancellationToken) is { } path
                ? TypedResults.Bytes(await File.ReadAllBytesAsync(path, cancellationToken), "image/webp")
                : Ended();
    }

    private static ProblemHttpResult Ended() =>
        TypedResults.Problem("This link has ended.", statusCode: StatusCodes.Status404NotFound, title: "Not found");
}
