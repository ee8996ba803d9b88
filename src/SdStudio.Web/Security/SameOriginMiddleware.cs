using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace SdStudio.Web.Security;

/// <summary>
/// Pages of other sites may not act here in a visitor's name: on every WebSocket and every unsafe method the <c>Origin</c> must be
/// the host that was asked. A server at home has many names, so a fixed list of origins would not do.
/// </summary>
internal sealed class SameOriginMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (!IsHarmless(context) && !ComesFromHere(context.Request))
        {
            return PlainRefusal.WriteAsync(context, StatusCodes.Status403Forbidden, "This request came from a page of another site, so it was refused.");
        }

        return next(context);
    }

    private static bool IsHarmless(HttpContext context)
    {
        HttpRequest request = context.Request;
        // HTTP/1.1 asks for a WebSocket by a header on GET, HTTP/2 and 3 by an extended CONNECT.
        bool opensSocket = request.Headers.Upgrade.Count > 0 || context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true };
        return !opensSocket
            && (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method));
    }

    private static bool ComesFromHere(HttpRequest request)
    {
        // Programs that are no browser send neither header, and hold no cookie of anybody.
        string? site = request.Headers["Sec-Fetch-Site"];
        if (site is not (null or "" or "same-origin" or "none"))
        {
            return false;
        }

        if (request.Headers.Origin.Count == 0)
        {
            return true;
        }

        // Compared without the scheme: behind a proxy that ends TLS the two differ. Uri drops the scheme's default port.
        return request.Headers.Origin.Count == 1
            && Uri.TryCreate(request.Headers.Origin[0], UriKind.Absolute, out Uri? origin)
            && origin.Scheme is "http" or "https"
            && Uri.TryCreate($"{origin.Scheme}://{request.Headers[HeaderNames.Host]}", UriKind.Absolute, out Uri? host)
            && string.Equals(origin.Authority, host.Authority, StringComparison.OrdinalIgnoreCase);
    }
}
