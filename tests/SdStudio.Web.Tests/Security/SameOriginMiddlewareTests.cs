using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using SdStudio.Web.Security;

namespace SdStudio.Web.Tests.Security;

public sealed class SameOriginMiddlewareTests
{
    [Theory]
    [InlineData("192.168.1.5:5180", "http://192.168.1.5:5180", true)]
    [InlineData("studio.local:5180", "http://STUDIO.local:5180", true)]
    [InlineData("pictures.example.org", "https://pictures.example.org", true)]
    [InlineData("pictures.example.org:443", "https://pictures.example.org", true)]
    [InlineData("[::1]:5180", "http://[::1]:5180", true)]
    [InlineData("192.168.1.5:5180", "http://192.168.1.5:8080", false)]
    [InlineData("192.168.1.5:5180", "http://192.168.1.5", false)]
    [InlineData("studio.local", "http://studio.local.evil.example", false)]
    [InlineData("studio.local", "http://evil.example/studio.local", false)]
    [InlineData("studio.local", "http://studio.local@evil.example", false)]
    [InlineData("studio.local", "file://", false)]
    [InlineData("studio.local", "null", false)]
    [InlineData("studio.local", "", false)]
    public async Task Post_FromAnOrigin_PassesOnlyWhenItIsTheHost(string host, string origin, bool passes)
    {
        DefaultHttpContext context = Request("POST", host);
        context.Request.Headers.Origin = origin;

        Assert.Equal(passes, await PassesAsync(context));
    }

    [Theory]
    [InlineData("same-origin", true)]
    [InlineData("none", true)]
    [InlineData("cross-site", false)]
    [InlineData("same-site", false)]
    public async Task Post_FromABrowserThatTellsTheSite_MustBeOurs(string site, bool passes)
    {
        DefaultHttpContext context = Request("POST", "studio.local");
        context.Request.Headers["Sec-Fetch-Site"] = site;

        Assert.Equal(passes, await PassesAsync(context));
    }

    [Fact]
    public async Task Post_WithTwoOrigins_IsRefused()
    {
        DefaultHttpContext context = Request("POST", "studio.local");
        context.Request.Headers.Origin = new(["http://studio.local", "http://evil.example"]);

        Assert.False(await PassesAsync(context));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    public async Task SafeRequest_FromAnotherSite_Passes(string method)
    {
        DefaultHttpContext context = Request(method, "studio.local");
        context.Request.Headers.Origin = "http://evil.example";
        context.Request.Headers["Sec-Fetch-Site"] = "cross-site";

        Assert.True(await PassesAsync(context));
    }

    [Theory]
    [InlineData("http://evil.example", false)]
    [InlineData("http://studio.local", true)]
    public async Task Socket_OverHttp1_ChecksTheOrigin(string origin, bool passes)
    {
        DefaultHttpContext context = Request("GET", "studio.local");
        context.Request.Headers.Upgrade = "websocket";
        context.Request.Headers.Origin = origin;

        Assert.Equal(passes, await PassesAsync(context));
    }

    [Theory]
    [InlineData("http://evil.example", false)]
    [InlineData("http://studio.local", true)]
    public async Task Socket_OverHttp2_ChecksTheOrigin(string origin, bool passes)
    {
        DefaultHttpContext context = Request("CONNECT", "studio.local");
        context.Features.Set<IHttpExtendedConnectFeature>(new ExtendedConnect());
        context.Request.Headers.Origin = origin;

        Assert.Equal(passes, await PassesAsync(context));
    }

    private static DefaultHttpContext Request(string method, string host)
    {
        DefaultHttpContext context = new();
        context.Request.Method = method;
        context.Request.Headers.Host = host;
        context.Response.Body = new MemoryStream();
        return context;
    }

    private static async Task<bool> PassesAsync(HttpContext context)
    {
        bool passed = false;
        await new SameOriginMiddleware(_ =>
        {
            passed = true;
            return Task.CompletedTask;
        }).InvokeAsync(context);
        Assert.Equal(passed ? StatusCodes.Status200OK : StatusCodes.Status403Forbidden, context.Response.StatusCode);
        return passed;
    }

    private sealed class ExtendedConnect : IHttpExtendedConnectFeature
    {
        public bool IsExtendedConnect => true;

        public string? Protocol => "websocket";

        public ValueTask<Stream> AcceptAsync() => throw new NotSupportedException();
    }
}
