using System.Net;
using SdStudio.Web.Components.Share;

namespace SdStudio.Web.Tests.Components.Share;

public sealed class LinkAddressTests
{
    [Fact]
    public void Of_Token_StandsUnderTheBrowsersOwnAddress()
    {
        Assert.Equal("http://192.168.1.5:5180/s/Kq7_x-1", LinkAddress.Of(new Uri("http://192.168.1.5:5180/"), "Kq7_x-1"));
    }

    [Theory]
    [InlineData("http://localhost:5180/", true)]
    [InlineData("http://127.0.0.1:5180/", true)]
    [InlineData("http://[::1]:5180/", true)]
    [InlineData("http://192.168.1.5:5180/", false)]
    [InlineData("http://studio.local/", false)]
    public void IsThisComputerOnly_Addresses_AreJudged(string address, bool expected)
    {
        Assert.Equal(expected, LinkAddress.IsThisComputerOnly(new Uri(address)));
    }

    [Fact]
    public void AtHome_SeveralCards_PrefersTheHomeNetwork()
    {
        IPAddress[] addresses = [IPAddress.Parse("172.17.0.1"), IPAddress.Parse("fe80::1"), IPAddress.Parse("192.168.1.5"), IPAddress.Parse("169.254.3.4")];

        Assert.Equal(new Uri("http://192.168.1.5:5180/"), LinkAddress.AtHome(new Uri("http://localhost:5180/gallery?q=cat"), addresses));
    }

    [Fact]
    public void AtHome_NoNetwork_IsUnknown()
    {
        Assert.Null(LinkAddress.AtHome(new Uri("http://localhost:5180/"), [IPAddress.Loopback, IPAddress.IPv6Loopback]));
    }
}
