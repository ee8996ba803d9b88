using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace SdStudio.Web.Security;

/// <summary>Gives each circuit the identity of the browser that opened it, before its first component is made.</summary>
internal sealed class BrowserCircuitHandler(BrowserIdentity identity, AuthenticationStateProvider authentication) : CircuitHandler
{
    public override async Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        ClaimsPrincipal user = (await authentication.GetAuthenticationStateAsync()).User;
        // A browser that refuses cookies still gets an id, for as long as its page is open.
        identity.Become(user.FindFirstValue(BrowserIdentityMiddleware.ClaimType) ?? BrowserCookie.NewId());
    }
}
