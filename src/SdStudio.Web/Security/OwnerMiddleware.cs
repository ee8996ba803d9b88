using System.Security.Claims;

namespace SdStudio.Web.Security;

/// <summary>Recognises the owner, after <see cref="BrowserIdentityMiddleware"/> has made the user of the request.</summary>
internal sealed class OwnerMiddleware(RequestDelegate next, OwnerCookie cookie)
{
    public Task InvokeAsync(HttpContext context, OwnerIdentity identity)
    {
        string? proof = HostConnection.IsOf(context) ? OwnerProof.AtHost
            : cookie.Read(context.Request) is { } generation ? OwnerProof.ByPassphrase(generation)
            : null;
        identity.Become(proof);
        if (proof is not null)
        {
            // No authentication type, as for the browser's id: there are no accounts, and so nobody is signed in to one.
            context.User.AddIdentity(new ClaimsIdentity([OwnerProof.ToClaim(proof)]));
        }

        return next(context);
    }
}
