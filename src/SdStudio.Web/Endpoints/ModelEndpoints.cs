using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using SdStudio.Storage.Models;

namespace SdStudio.Web.Endpoints;

/// <summary>The pictures beside model files, by the model's id: <c>/models/{id}/preview/{size}.webp?v={version}</c>.</summary>
internal static class ModelEndpoints
{
    public static void MapModelPreviews(this IEndpointRouteBuilder routes) => routes.MapGet("/models/{id}/preview/{size:int}.webp", PreviewAsync);

    /// <summary>Null for a model without a picture beside it.</summary>
    /// <param name="size">One of <see cref="ModelPreviews.Sizes"/>.</param>
    public static string? AddressOf(ModelFile model, int size) =>
        model.PreviewPath is null ? null : string.Create(null, $"/models/{model.Id}/preview/{size}.webp?v={model.PreviewVersion}");

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> PreviewAsync(
        string id, int size, HttpContext context, ModelCatalog catalog, ModelPreviews previews, CancellationToken cancellationToken)
    {
        if (catalog.FindById(id) is not { PreviewVersion: { } version } model)
        {
            return Missing(context);
        }

        if (await previews.EncodeAsync(model, size, cancellationToken) is not { } picture)
        {
            return Missing(context);
        }

        context.Response.Headers.CacheControl = context.Request.Query.ContainsKey("v") ? "private, max-age=31536000, immutable" : "private, no-cache";
        return TypedResults.File(picture, "image/webp", entityTag: new EntityTagHeaderValue($"\"{version}-{size}\""));
    }

    private static ProblemHttpResult Missing(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Problem("There is no picture beside this model.", statusCode: StatusCodes.Status404NotFound, title: "Not found");
    }
}
