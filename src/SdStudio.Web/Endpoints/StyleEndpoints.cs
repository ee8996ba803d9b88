using SdStudio.Storage.Styles;

namespace SdStudio.Web.Endpoints;

/// <summary>All styles as other programs read them.</summary>
internal static class StyleEndpoints
{
    public const string Export = "/styles.csv";

    public static void MapStyles(this IEndpointRouteBuilder routes) => routes.MapGet(Export, (HttpContext context, StyleStore styles) =>
    {
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.File(StyleCsv.Write(styles.All), "text/csv; charset=utf-8", "styles.csv");
    });
}
