using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using SdStudio.Storage.Owner;
using SdStudio.Web.Endpoints;
using SdStudio.Web.Security;

namespace SdStudio.Web.Tests.Endpoints;

/// <summary>The test's connections have no address, so they are visitors like everybody in the network.</summary>
public sealed partial class OwnerEndpointsTests : IAsyncLifetime
{
    private const string Passphrase = "a sentence to remember";

    private readonly StudioHost _host = new();
    private HttpClient _browser = null!;

    public Task InitializeAsync()
    {
        _browser = _host.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });
        _host.Get<OwnerPassphrase>().Set(Passphrase);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Prove_RightPassphrase_GivesACookieThatScriptsCannotReadAndGoesBack()
    {
        using HttpResponseMessage answer = await ProveAsync(Passphrase, "/models?kind=loras");

        Assert.Equal("/models?kind=loras", answer.Headers.Location?.OriginalString);
        string cookie = Assert.Single(OwnerCookies(answer));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(_host.Get<OwnerPassphrase>().Generation!, cookie, StringComparison.Ordinal);
        Assert.Contains("This browser is the owner", await _browser.GetStringAsync("/owner"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prove_WrongPassphrase_GivesNoCookieAndAsksAgain()
    {
        using HttpResponseMessage answer = await ProveAsync("a sentence to forget", "/models");

        Assert.Equal("/owner?wrong=true&return=%2Fmodels", answer.Headers.Location?.OriginalString);
        Assert.Empty(OwnerCookies(answer));
        string page = await _browser.GetStringAsync(answer.Headers.Location);
        Assert.Contains("That is not the passphrase", page, StringComparison.Ordinal);
        Assert.Contains("name=\"return\" value=\"/models\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prove_GuessedManyTimes_IsNotEvenTried()
    {
        for (int i = 0; i < PassphraseAttempts.MostOfOne; i++)
        {
            (await ProveAsync($"guess number {i}", "/models")).Dispose();
        }

        using HttpResponseMessage answer = await ProveAsync(Passphrase, "/models");
        Assert.Equal("/owner?wait=15&return=%2Fmodels", answer.Headers.Location?.OriginalString);
        Assert.Empty(OwnerCookies(answer));
        Assert.Contains("Try again in 15 minutes", await _browser.GetStringAsync(answer.Headers.Location), StringComparison.Ordinal);

        _host.Time.Shift = PassphraseAttempts.Window;
        using HttpResponseMessage later = await ProveAsync(Passphrase, "/models");
        Assert.Single(OwnerCookies(later));
    }

    [Fact]
    public async Task Prove_WithoutAntiforgeryToken_IsRefused()
    {
        using FormUrlEncodedContent form = new([new("passphrase", Passphrase)]);
        using HttpResponseMessage answer = await _browser.PostAsync(OwnerEndpoints.Prove, form);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Empty(OwnerCookies(answer));
    }

    [Fact]
    public async Task Prove_NoPassphraseIsSet_AcceptsNone()
    {
        string token = await TokenAsync();
        _host.Get<OwnerPassphrase>().Remove();

        using HttpResponseMessage answer = await PostAsync(OwnerEndpoints.Prove, token, ("passphrase", ""), ("return", "/models"));

        Assert.Empty(OwnerCookies(answer));
    }

    [Fact]
    public async Task Cookie_OfAnOldOrEndedPassphrase_IsWorthNothing()
    {
        (await ProveAsync(Passphrase, "/models")).Dispose();

        _host.Time.Shift = TimeSpan.FromDays(31);
        Assert.Contains("data-testid=\"prove\"", await _browser.GetStringAsync("/owner"), StringComparison.Ordinal);

        _host.Time.Shift = TimeSpan.Zero;
        Assert.Contains("This browser is the owner", await _browser.GetStringAsync("/owner"), StringComparison.Ordinal);
        _host.Get<OwnerPassphrase>().Set("a new one since then");
        Assert.Contains("data-testid=\"prove\"", await _browser.GetStringAsync("/owner"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forget_RemovesTheCookie()
    {
        (await ProveAsync(Passphrase, "/models")).Dispose();
        string token = await TokenAsync();

        using HttpResponseMessage answer = await PostAsync(OwnerEndpoints.Forget, token, ("return", "/owner"));

        Assert.Contains("expires=Thu, 01 Jan 1970", Assert.Single(OwnerCookies(answer)), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("data-testid=\"prove\"", await _browser.GetStringAsync("/owner"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/", "/")]
    [InlineData("/models?q=a", "/models?q=a")]
    [InlineData("//evil.example", "/owner")]
    [InlineData("/\\evil.example", "/owner")]
    [InlineData("/\t/evil.example", "/owner")]
    [InlineData("https://evil.example", "/owner")]
    [InlineData("", "/owner")]
    [InlineData(null, "/owner")]
    public void Local_LeadsNowhereElse(string? address, string target) => Assert.Equal(target, OwnerEndpoints.Local(address));

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("192.168.1.7", false)]
    public async Task Page_IsTheHostsByTheConnectionAlone(string address, bool isHost)
    {
        HttpContext answer = await _host.Server.SendAsync(context =>
        {
            context.Request.Path = "/owner";
            context.Request.Host = new HostString("localhost");
            context.Request.Headers["Accept"] = "text/html";
            context.Connection.RemoteIpAddress = IPAddress.Parse(address);
        });

        using StreamReader reader = new(answer.Response.Body);
        Assert.Equal(isHost, (await reader.ReadToEndAsync()).Contains("so you are its owner", StringComparison.Ordinal));
    }

    private async Task<HttpResponseMessage> ProveAsync(string passphrase, string back) =>
        await PostAsync(OwnerEndpoints.Prove, await TokenAsync(), ("passphrase", passphrase), ("return", back));

    private async Task<HttpResponseMessage> PostAsync(string address, string token, params (string Name, string Value)[] fields)
    {
        using FormUrlEncodedContent form = new([new("__RequestVerificationToken", token), .. fields.Select(field => KeyValuePair.Create(field.Name, field.Value))]);
        return await _browser.PostAsync(address, form);
    }

    private async Task<string> TokenAsync() => AntiforgeryField().Match(await _browser.GetStringAsync("/owner")).Groups[1].Value;

    private static string[] OwnerCookies(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Set-Cookie", out IEnumerable<string>? cookies)
            ? [.. cookies.Where(cookie => cookie.StartsWith(OwnerCookie.Name + "=", StringComparison.Ordinal))]
            : [];

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex AntiforgeryField();
}
