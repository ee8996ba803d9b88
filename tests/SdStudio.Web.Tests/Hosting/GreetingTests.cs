using System.Net;
using SdStudio.Web.Hosting;

namespace SdStudio.Web.Tests.Hosting;

public sealed class GreetingTests
{
    private static readonly IPAddress s_home = IPAddress.Parse("192.168.1.5");

    [Theory]
    [InlineData("http://[::]:5180", "SdStudio is ready: http://localhost:5180 — at home: http://192.168.1.5:5180")]
    [InlineData("http://0.0.0.0:80", "SdStudio is ready: http://localhost — at home: http://192.168.1.5")]
    [InlineData("http://127.0.0.1:5180", "SdStudio is ready: http://127.0.0.1:5180")]
    public void Greeting_NamesWhereToOpenTheStudio(string bound, string greeting) => Assert.Equal(greeting, Greeting.For([bound], s_home));

    [Fact]
    public void Greeting_WithoutANetwork_NamesThisMachineOnly() => Assert.Equal("SdStudio is ready: http://localhost:5180", Greeting.For(["http://*:5180"], null));
}
