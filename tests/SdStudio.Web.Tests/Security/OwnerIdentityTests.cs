using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using SdStudio.Storage.Owner;
using SdStudio.Web.Security;

namespace SdStudio.Web.Tests.Security;

public sealed class OwnerIdentityTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sdstudio-").FullName;
    private readonly OwnerPassphrase _passphrase;

    public OwnerIdentityTests() => _passphrase = new OwnerPassphrase(_folder);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Visitor_IsNotTheOwner()
    {
        OwnerIdentity identity = new(_passphrase);

        Assert.False(identity.IsOwner);
        identity.Become(null);
        Assert.False(identity.IsOwner);
        identity.Become("passphrase ");
        Assert.False(identity.IsOwner);
    }

    [Fact]
    public void SomebodyAtTheHost_IsTheOwnerWithoutAPassphrase()
    {
        OwnerIdentity identity = new(_passphrase);
        identity.Become(OwnerProof.AtHost);

        Assert.True(identity.IsOwner);
        Assert.True(identity.IsAtHost);
    }

    [Fact]
    public void NewPassphrase_EndsWhatTheOldOneAllowed()
    {
        _passphrase.Set("correct horse battery");
        OwnerIdentity identity = new(_passphrase);
        identity.Become(OwnerProof.ByPassphrase(_passphrase.Generation!));
        Assert.True(identity.IsOwner);
        Assert.False(identity.IsAtHost);

        _passphrase.Set("another one entirely");
        Assert.False(identity.IsOwner);

        _passphrase.Remove();
        Assert.False(identity.IsOwner);
    }

    [Fact]
    public async Task Circuit_WhenOpened_IsTheOwnersWhereItsConnectionIs()
    {
        OwnerIdentity identity = new(_passphrase);

        await new OwnerCircuitHandler(identity, new Connection(OwnerProof.ToClaim(OwnerProof.AtHost))).OnCircuitOpenedAsync(null!, default);
        Assert.True(identity.IsOwner);

        await new OwnerCircuitHandler(identity, new Connection(new Claim("sdstudio:browser", OwnerProof.AtHost))).OnCircuitOpenedAsync(null!, default);
        Assert.False(identity.IsOwner);
    }

    private sealed class Connection(Claim claim) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() =>
            Task.FromResult(new AuthenticationState(new ClaimsPrincipal([new ClaimsIdentity(), new ClaimsIdentity([claim])])));
    }
}
