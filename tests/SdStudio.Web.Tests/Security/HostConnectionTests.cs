using System.Net;
using Microsoft.AspNetCore.Http;
using SdStudio.Web.Security;

namespace SdStudio.Web.Tests.Security;

public sealed class HostConnectionTests
{
    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.8.9.10", true)]
    [InlineData("::1", true)]
    [InlineData("::ffff:127.0.0.1", true)]
    [InlineData("192.168.1.7", false)]
    [InlineData("::ffff:192.168.1.7", false)]
    [InlineData("fe80::1", false)]
    [InlineData("2001:4860:4860::8888", false)]
    public void Connection_IsJudgedByItsAddress(string address, bool isHost)
    {
        DefaultHttpContext context = new();
        context.Connection.RemoteIpAddress = IPAddress.Parse(address);

        Assert.Equal(isHost, HostConnection.IsOf(context));
    }

    [Fact]
    public void Connection_WithoutAnAddress_IsNotTheHosts() => Assert.False(HostConnection.IsOf(new DefaultHttpContext()));

    [Theory]
    [InlineData("X-Forwarded-For", "192.168.1.7")]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    [InlineData("Forwarded", "for=127.0.0.1")]
    [InlineData("X-Real-IP", "127.0.0.1")]
    [InlineData("Via", "1.1 proxy")]
    public void Connection_ThroughAProxyOnThisComputer_IsNotTheHosts(string header, string value)
    {
        DefaultHttpContext context = new();
        context.Connection.RemoteIpAddress = IPAddress.Loopback;
        context.Request.Headers[header] = value;

        Assert.False(HostConnection.IsOf(context));
    }

    [Fact]
    public void Headers_OfAVisitor_DoNotMakeItTheHost()
    {
        DefaultHttpContext context = new();
        context.Connection.RemoteIpAddress = IPAddress.Parse("192.168.1.7");
        context.Request.Headers["X-Forwarded-For"] = "127.0.0.1";
        context.Request.Host = new HostString("localhost");

        Assert.False(HostConnection.IsOf(context));
    }
}
