using Microsoft.Extensions.Options;
using SdStudio.Web.Configuration;
using SdStudio.Web.Security;

namespace SdStudio.Web.Tests.Security;

public sealed class KnownHostsTests
{
    private readonly KnownHosts _hosts = new(Options.Create(new ServerOptions { AllowedHosts = ["pictures.example.org", "*.studio.example"] }));

    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST")]
    [InlineData("studio.localhost")]
    [InlineData("kitchen.local")]
    [InlineData("kitchen.local.")]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    [InlineData("192.168.1.5")]
    [InlineData("10.0.0.7")]
    [InlineData("172.16.3.4")]
    [InlineData("169.254.9.9")]
    [InlineData("100.101.102.103")]
    [InlineData("[fe80::1]")]
    [InlineData("[fd12::1]")]
    [InlineData("pictures.example.org")]
    [InlineData("a.studio.example")]
    public void Name_OfThisHome_IsAllowed(string host) => Assert.True(_hosts.Allows(host));

    [Theory]
    [InlineData("")]
    [InlineData("evil.example")]
    [InlineData("localhost.evil.example")]
    [InlineData("local")]
    [InlineData("192.168.1.5.evil.example")]
    [InlineData("8.8.8.8")]
    [InlineData("172.32.0.1")]
    [InlineData("100.128.0.1")]
    [InlineData("[2001:4860:4860::8888]")]
    [InlineData("studio.example")]
    [InlineData("xpictures.example.org")]
    public void Name_OfAnotherPlace_IsRefused(string host) => Assert.False(_hosts.Allows(host));

    [Fact]
    public void Name_OfThisMachine_IsAllowedAloneAndWithTheRoutersEnding()
    {
        string machine = Environment.MachineName.Split('.')[0];

        Assert.True(_hosts.Allows(machine));
        Assert.True(_hosts.Allows($"{machine}.fritz.box"));
        Assert.False(_hosts.Allows($"{machine}.evil.example"));
    }
}
