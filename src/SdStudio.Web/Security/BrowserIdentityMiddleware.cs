using System.Security.Claims;

namespace SdStudio.Web.Security;

/// <summary>
/// Reads the browser's id from its cookie, or gives it one with the first page. The id travels into the circuit as a claim of the
/// connection's user, because a circuit has a scope of its own.
/// </summary>
internal sealed class BrowserIdentityMiddleware(RequestDelegate next, BrowserCookie cookie)
{
    public const string ClaimType = "sdstudio:browser";

    public Task InvokeAsync(HttpContext context, BrowserIdentity identity)
    {
        // A request that is run again for its error page is still the same visit.
        string id = context.User.FindFirstValue(ClaimType) ?? Recognise(context);
        identity.Become(id);
        // No authentication type: this user has an id, but is not signed in.
        context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimType, id)]));
        return next(context);
    }

    private string Recognise(HttpContext context)
    {
        (string Id, DateTimeOffset WrittenAt)? known = cookie.Read(context.Request);
        string id = known?.Id ?? BrowserCookie.NewId();
        if (IsPage(context.Request) && (known is null || cookie.IsDueForRenewal(known.Value.WrittenAt)))
        {
            cookie.Write(context, id);
        }

        return id;
    }

    /// <summary>People who open a shared link are guests: nothing is left in their browser.</summary>
    private static bool IsPage(HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        && !request.Path.StartsWithSegments("/s", StringComparison.OrdinalIgnoreCase)
        && request.Headers.Accept.Any(accept => accept is not null && accept.Contains("text/html", StringComparison.OrdinalIgnoreCase));
}
