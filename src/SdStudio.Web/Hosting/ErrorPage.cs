using System.Diagnostics;

namespace SdStudio.Web.Hosting;

/// <summary>The last answer when a request failed: a plain page for people, problem details for programs; never a stack trace.</summary>
internal static class ErrorPage
{
    private const string Sentence = "Something inside SdStudio went wrong with this request. Pictures that are being made are not affected.";

    public static async Task WriteAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        string trace = Activity.Current?.Id ?? context.TraceIdentifier;
        bool isForPeople = context.Request.Headers.Accept.Any(accept => accept?.Contains("text/html", StringComparison.OrdinalIgnoreCase) == true);
        if (!isForPeople)
        {
            await TypedResults.Problem(Sentence, statusCode: context.Response.StatusCode, title: "The request failed", extensions: new Dictionary<string, object?> { ["traceId"] = trace }).ExecuteAsync(context);
            return;
        }

        context.Response.ContentType = "text/html; charset=utf-8";
        await context.Response.WriteAsync(
            $"""
            <!DOCTYPE html>
            <html lang="en">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>SdStudio</title>
            <style>body{"{"}font:16px/1.5 system-ui,sans-serif;max-width:36rem;margin:20vh auto 0;padding:0 1.5rem{"}"} @media (prefers-color-scheme:dark){"{"}body{"{"}background:#110f0d;color:#f3eee8{"}"} a{"{"}color:#ff8a63{"}"}{"}"}</style></head>
            <body><main><h1>This page could not be shown</h1><p>{Sentence}</p><p><a href="/">Back to the studio</a></p><p><small>{trace}</small></p></main></body>
            </html>
            """);
    }
}
