using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using SdStudio.Web.Security;

namespace SdStudio.Web.Tests.Security;

public sealed class BrowserIdentityTests
{
    [Fact]
    public async Task FirstPage_GivesACookieThatScriptsCannotRead()
    {
        await using StudioHost host = new();
        string cookie = Assert.Single(await CookiesOfAsync(host, "/about"));

        Assert.StartsWith($"{BrowserCookie.Name}=", cookie, StringComparison.Ordinal);
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("max-age=34560000", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task SecondPage_WithTheCookie_KeepsIt()
    {
        await using StudioHost host = new();
        string cookie = (await CookiesOfAsync(host, "/about"))[0].Split(';')[0];

        Assert.Empty(await CookiesOfAsync(host, "/about", cookie));
        host.Time.Shift = TimeSpan.FromDays(31);
        Assert.Single(await CookiesOfAsync(host, "/about", cookie));
    }

    [Fact]
    public async Task ForgedCookie_IsReplaced()
    {
        await using StudioHost host = new();

        Assert.Single(await CookiesOfAsync(host, "/about", $"{BrowserCookie.Name}=someone-else"));
    }

    [Fact]
    public async Task PageThatIsNotFound_GivesOneCookieOnly()
    {
        await using StudioHost host = new();

        Assert.Single(await CookiesOfAsync(host, "/no-such-page"));
    }

    [Theory]
    [InlineData("/s/AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("/s/AAAAAAAAAAAAAAAAAAAAAA/picture.png")]
    public async Task Guest_WithALink_GetsNoCookie(string address)
    {
        await using StudioHost host = new();

        Assert.Empty(await CookiesOfAsync(host, address));
    }

    [SkippableFact]
    public async Task Keys_OfTheCookie_AreReadableByTheServersUserAlone()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows protects the keys itself.");
        await using StudioHost host = new();
        await CookiesOfAsync(host, "/about");

        string keys = Path.Combine(host.Folder, "keys");
        Assert.NotEmpty(Directory.GetFiles(keys));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(keys));
        }
    }

    [Fact]
    public async Task Circuit_WhenOpened_HasTheIdOfItsConnection()
    {
        BrowserIdentity identity = new();
        Assert.Throws<InvalidOperationException>(() => identity.Id);

        await new BrowserCircuitHandler(identity, new Connection("abc")).OnCircuitOpenedAsync(null!, default);

        Assert.Equal("abc", identity.Id);
    }

    private static async Task<string[]> CookiesOfAsync(StudioHost host, string address, string? cookie = null)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, address);
        request.Headers.Add("Accept", "text/html");
        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        using HttpResponseMessage answer = await host.Visitor().SendAsync(request);
        return answer.Headers.TryGetValues("Set-Cookie", out IEnumerable<string>? cookies)
            ? [.. cookies.Where(value => value.StartsWith(BrowserCookie.Name, StringComparison.Ordinal))]
            : [];
    }

    private sealed class Connection(string id) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() =>
            Task.FromResult(new AuthenticationState(new ClaimsPrincipal(new ClaimsIdentity([new Claim(BrowserIdentityMiddleware.ClaimType, id)]))));
    }
}
