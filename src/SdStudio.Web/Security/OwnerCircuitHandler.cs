using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace SdStudio.Web.Security;

/// <summary>Tells each circuit whether the connection that opened it is the owner's, before its first component is made.</summary>
internal sealed class OwnerCircuitHandler(OwnerIdentity identity, AuthenticationStateProvider authentication) : CircuitHandler
{
    public override async Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken) =>
        identity.Become(OwnerProof.Of((await authentication.GetAuthenticationStateAsync()).User));
}
