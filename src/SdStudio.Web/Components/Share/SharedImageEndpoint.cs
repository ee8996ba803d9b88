using Microsoft.AspNetCore.Http.HttpResults;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Sharing;

namespace SdStudio.Web.Components.Share;

/// <summary>Answers <c>/s/{token}</c> with a static page. An endpoint instead of a routed component: the page is a document of its own, without the studio's frame and scripts.</summary>
public static class SharedImageEndpoint
{
    public static IEndpointRouteBuilder MapSharedImagePage(this IEndpointRouteBuilder routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        routes.MapGet("/s/{token}", ShowAsync);
        return routes;
    }

    // Whether a link ended, was stopped or never was is not told: one answer for all.
    internal static async Task<RazorComponentResult<SharedImagePage>> ShowAsync(
        string token, HttpContext context, ShareLinkStore links, GalleryStore gallery, CancellationToken cancellationToken)
    {
        (ShareLink Link, GalleryImage Image)? opened = await links.ResolveAsync(token, cancellationToken);
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Robots-Tag"] = "noindex, nofollow, noimageindex";
        string path = $"/s/{Uri.EscapeDataString(token)}";
        return new RazorComponentResult<SharedImagePage>(new
        {
            Opened = opened,
            Path = path,
            Address = $"{context.Request.Scheme}://{context.Request.Host}{path}",
            FileSize = opened is null ? null : await FileSizeAsync(gallery, opened.Value, cancellationToken),
        })
        {
            StatusCode = opened is null ? StatusCodes.Status404NotFound : StatusCodes.Status200OK,
        };
    }

    // Without the recipe, or in another format, other bytes are sent than lie on disk, so their size is not said.
    private static async Task<long?> FileSizeAsync(GalleryStore gallery, (ShareLink Link, GalleryImage Image) opened, CancellationToken cancellationToken) =>
        opened.Link is { ShowsRecipe: true, Format: null } && await gallery.PictureFileAsync(opened.Image.Id, cancellationToken) is { } file ? new FileInfo(file).Length : null;
}
