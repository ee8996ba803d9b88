using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using SdStudio.Storage.Models;
using SdStudio.Storage.Plots;

namespace SdStudio.Web.Endpoints;

/// <summary>The labelled grid pictures of plots.</summary>
internal static class PlotEndpoints
{
    public static void MapPlots(this IEndpointRouteBuilder routes) => routes.MapGet("/plots/{id:long}/grid-{z:int}.jpg", GridAsync);

    private static async Task<Results<PhysicalFileHttpResult, ProblemHttpResult>> GridAsync(
        long id, int z, HttpContext context, PlotStore plots, PlotGridFiles grids, ModelCatalog catalog, CancellationToken cancellationToken)
    {
        if (await plots.FindAsync(id, cancellationToken) is not { } plot
            || await grids.FindAsync(plot, z, (kind, name) => catalog.Find(kind, name)?.Title ?? name, cancellationToken) is not { } path)
        {
            context.Response.Headers.CacheControl = "no-store";
            return TypedResults.Problem("There is no such grid here, or no picture in it yet.", statusCode: StatusCodes.Status404NotFound, title: "Not found");
        }

        // Pictures may come, and may be deleted.
        context.Response.Headers.CacheControl = "private, no-cache";
        string? name = context.Request.Query.ContainsKey("download")
            ? string.Create(CultureInfo.InvariantCulture, $"plot-{id}{(plot.Definition.Size.Z > 1 ? $"-{z + 1}" : "")}.jpg")
            : null;
        return TypedResults.PhysicalFile(path, "image/jpeg", name, entityTag: new EntityTagHeaderValue($"\"{Path.GetFileNameWithoutExtension(path)}\""));
    }
}
