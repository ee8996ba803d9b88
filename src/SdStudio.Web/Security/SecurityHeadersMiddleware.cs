namespace SdStudio.Web.Security;

/// <summary>What a browser may do with our answers: nothing from or towards other sites.</summary>
internal sealed class SecurityHeadersMiddleware(RequestDelegate next)
{
    private const string Permissions = "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=(), browsing-topics=()";

    public Task InvokeAsync(HttpContext context)
    {
        // The address of a shared picture is its key, so it must not travel on to the next site.
        bool isShared = context.Request.Path.StartsWithSegments("/s", StringComparison.OrdinalIgnoreCase);

        context.Response.OnStarting(() =>
        {
            IHeaderDictionary headers = context.Response.Headers;
            headers.ContentSecurityPolicy = Policy(context.ScriptNonce());
            headers.XContentTypeOptions = "nosniff";
            headers.XFrameOptions = "DENY";
            headers["Referrer-Policy"] = isShared ? "no-referrer" : "same-origin";
            headers["Permissions-Policy"] = Permissions;
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            if (isShared)
            {
                headers["X-Robots-Tag"] = "noindex, nofollow";
                // A link that has ended must not open from a cache.
                headers.CacheControl = "no-store";
            }

            return Task.CompletedTask;
        });

        return next(context);
    }

    // Inline style is what MudBlazor positions its popovers with; script has no such exception.
    private static string Policy(string nonce) =>
        $"default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        + "font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";
}
