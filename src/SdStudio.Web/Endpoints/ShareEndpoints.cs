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
        routes.MapGet("/s/{token}/picture.png", PictureAsync);
        routes.MapGet("/s/{token}/thumbnail.webp", ThumbnailAsync);
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> PictureAsync(string token, HttpContext context, ShareLinkStore links, GalleryStore gallery, CancellationToken cancellationToken)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (await links.ResolveAsync(token, cancellationToken) is not var (link, image)
            || await gallery.PictureFileAsync(image.Id, cancellationToken) is not { } path)
        {
            return Ended();
        }

        // Without what the file says for this studio alone; with the recipe only where the owner shows it.
        using MemoryStream png = new();
        await using (FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1, FileOptions.Asynchronous))
        {
            await PngText.CopyWithoutTextAsync(file, png, link.ShowsRecipe ? PngFile.ParametersKeyword : null, cancellationToken);
        }

        bool isDownload = context.Request.Query.ContainsKey("download");
        return TypedResults.Bytes(png.GetBuffer().AsMemory(0, (int)png.Length), "image/png", isDownload ? DownloadName.ForGuest(image, link.ShowsRecipe) : null);
    }

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
