using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace SdStudio.Web.Tests.Security;

/// <summary>The whole app as a stranger meets it.</summary>
public sealed partial class FenceTests : IAsyncLifetime
{
    private readonly StudioHost _host = new();
    private HttpClient _visitor = null!;

    public Task InitializeAsync()
    {
        _visitor = _host.Visitor();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("/about")]
    [InlineData("/pictures/1.png")]
    [InlineData("/s/x/picture.png")]
    [InlineData("/healthz")]
    [InlineData("/robots.txt")]
    [InlineData("/no-such-page")]
    public async Task Answer_OfAnyKind_HasThePolicies(string address)
    {
        using HttpResponseMessage answer = await _visitor.GetAsync(address);

        string policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'self'; script-src 'self' 'nonce-", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("object-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe-inline' ", policy[..policy.IndexOf("style-src", StringComparison.Ordinal)], StringComparison.Ordinal);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.True(answer.Headers.Contains("Referrer-Policy"));
        Assert.True(answer.Headers.Contains("Permissions-Policy"));
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Fact]
    public async Task Page_AskedTwice_UsesANewNonceThatMatchesItsImportMap()
    {
        HashSet<string> nonces = [];
        for (int i = 0; i < 2; i++)
        {
            using HttpResponseMessage answer = await _visitor.GetAsync("/about");
            string html = await answer.Content.ReadAsStringAsync();
            string nonce = NonceInPolicy().Match(answer.Headers.GetValues("Content-Security-Policy").Single()).Groups[1].Value;
            Assert.NotEmpty(nonce);
            Assert.Contains($"nonce=\"{nonce}\"", WebUtility.HtmlDecode(html), StringComparison.Ordinal);
            nonces.Add(nonce);
        }

        Assert.Equal(2, nonces.Count);
    }

    [Theory]
    [InlineData("POST", "http://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("PUT", "http://localhost:81", HttpStatusCode.Forbidden)]
    [InlineData("DELETE", "null", HttpStatusCode.Forbidden)]
    [InlineData("POST", "http://localhost.evil.example", HttpStatusCode.Forbidden)]
    public async Task UnsafeRequest_OfAnotherOrigin_IsRefused(string method, string origin, HttpStatusCode status)
    {
        using HttpRequestMessage request = new(new HttpMethod(method), "/about");
        request.Headers.Add("Origin", origin);

        using HttpResponseMessage answer = await _visitor.SendAsync(request);

        Assert.Equal(status, answer.StatusCode);
    }

    [Theory]
    [InlineData("http://evil.example", true)]
    [InlineData("http://localhost", false)]
    [InlineData(null, false)]
    public async Task Socket_OfAnotherOrigin_IsRefused(string? origin, bool isRefused)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/_blazor");
        request.Headers.TryAddWithoutValidation("Connection", "Upgrade");
        request.Headers.TryAddWithoutValidation("Upgrade", "websocket");
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        using HttpResponseMessage answer = await _visitor.SendAsync(request);

        Assert.Equal(isRefused, answer.StatusCode == HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Form_WithoutAntiforgeryToken_IsRefused()
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/about") { Content = new FormUrlEncodedContent([new("_handler", "x")]) };
        request.Headers.Add("Origin", "http://localhost");

        using HttpResponseMessage answer = await _visitor.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Host_ThatIsNotOurs_IsRefusedInOneSentence()
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/about");
        request.Headers.Host = "evil.example";

        using HttpResponseMessage answer = await _visitor.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("text/plain", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("AllowedHosts", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/html", "text/html")]
    [InlineData("application/json", "application/problem+json")]
    public async Task Request_ThatFailsInside_IsAnsweredInWordsWithoutAStackTrace(string accept, string contentType)
    {
        using (SqliteConnection connection = new($"Data Source={Path.Combine(_host.Folder, "studio.db")};Pooling=False"))
        {
            await _host.AddPictureAsync();
            await connection.OpenAsync();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "ALTER TABLE Pictures RENAME TO Gone";
            await command.ExecuteNonQueryAsync();
        }

        using HttpRequestMessage request = new(HttpMethod.Get, "/pictures/1.png");
        request.Headers.Add("Accept", accept);
        using HttpResponseMessage answer = await _visitor.SendAsync(request);
        string body = await answer.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal(contentType, answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("Something inside SdStudio went wrong", body, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", body, StringComparison.Ordinal);
        Assert.DoesNotContain("Sqlite", body, StringComparison.OrdinalIgnoreCase);
        Assert.True(answer.Headers.Contains("Content-Security-Policy"));
    }

    [Fact]
    public void Limits_OfBodiesAndMessages_AreSet()
    {
        Assert.Equal(1024 * 1024, _host.Get<IOptions<KestrelServerOptions>>().Value.Limits.MaxRequestBodySize);
        Type hub = typeof(Microsoft.AspNetCore.Components.Server.CircuitOptions).Assembly.GetType("Microsoft.AspNetCore.Components.Server.ComponentHub", throwOnError: true)!;
        object options = _host.Services.GetService(typeof(IOptions<>).MakeGenericType(typeof(HubOptions<>).MakeGenericType(hub)))!;
        HubOptions circuits = (HubOptions)options.GetType().GetProperty("Value")!.GetValue(options)!;
        Assert.Equal(64 * 1024, circuits.MaximumReceiveMessageSize);
    }

    [GeneratedRegex("'nonce-([^']+)'")]
    private static partial Regex NonceInPolicy();
}
