using SdStudio.Storage.Models.Downloads;
using SdStudio.Tests;

namespace SdStudio.Storage.Tests.Models.Downloads;

public sealed class OutgoingClientTests : IDisposable
{
    private readonly LocalServer _server = new();

    public OutgoingClientTests() => _server.Answer("/file", [1, 2, 3]);

    private int Port => _server.Address.Port;

    public void Dispose() => _server.Dispose();

    [Theory]
    [InlineData("https://127.0.0.1:{0}/file")]
    [InlineData("https://localhost:{0}/file")]
    [InlineData("https://[::1]:{0}/file")]
    [InlineData("https://[::ffff:127.0.0.1]:{0}/file")]
    [InlineData("https://0.0.0.0:{0}/file")]
    [InlineData("https://10.0.0.1/file")]
    [InlineData("https://192.168.1.1/file")]
    [InlineData("https://169.254.169.254/latest")]
    [InlineData("https://2130706433/file")]
    public async Task Get_AddressOfThisMachineOrNetwork_IsRefusedWhereItConnects(string address)
    {
        DownloadException problem = await FailAsync(new DownloadSettings(), string.Format(System.Globalization.CultureInfo.InvariantCulture, address, Port));

        Assert.Contains("its own network", problem.Message, StringComparison.Ordinal);
        Assert.True(problem.IsFinal);
        Assert.Empty(_server.Requests);
    }

    [Theory]
    [InlineData("https://10.1.2.3/x", "its own network")]
    [InlineData("http://93.184.216.34/x", "not an HTTPS address")]
    [InlineData("file:///etc/passwd", "not an HTTPS address")]
    [InlineData("ftp://127.0.0.1/x", "not an HTTPS address")]
    [InlineData("/file2", "redirects in circles")]
    public async Task Get_RedirectToWhereNothingMayBeFetched_IsRefused(string location, string words)
    {
        _server.Redirect("/file2", location);

        DownloadException problem = await FailAsync(new DownloadSettings { AllowsThisMachine = true }, new Uri(_server.Address, "/file2").AbsoluteUri);

        Assert.Contains(words, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://example.org/a", "not an HTTPS address")]
    [InlineData("https://example.org/a", "AllowedHosts")]
    [InlineData("https://huggingface.co.example.org/a", "AllowedHosts")]
    [InlineData("https://evilhuggingface.co/a", "AllowedHosts")]
    public async Task Get_HostThatIsNotListed_IsRefused(string address, string words)
    {
        DownloadSettings settings = new() { AllowedHosts = ["huggingface.co", "*.huggingface.co"] };

        Assert.Contains(words, (await FailAsync(settings, address)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_Offline_AsksNobodyAndSaysSo()
    {
        DownloadException problem = await FailAsync(new DownloadSettings { Offline = true, AllowsThisMachine = true }, new Uri(_server.Address, "/file").AbsoluteUri);

        Assert.Contains("offline", problem.Message, StringComparison.Ordinal);
        Assert.Empty(_server.Requests);
    }

    [Fact]
    public async Task Get_Key_GoesToItsOwnHostAlone()
    {
        // The same server under two names: what follows the redirect is another host.
        _server.Redirect("/gated", $"http://localhost:{Port}/file");
        DownloadSettings settings = new() { AllowsThisMachine = true, Tokens = [new HostToken("127.0.0.1", "secret-key")] };
        using OutgoingClient client = new(settings);

        using OutgoingAnswer answer = await client.GetAsync(new Uri(_server.Address, "/gated"), null, default);

        Assert.Equal("Bearer secret-key", _server.Heard[0]["Authorization"]);
        Assert.Equal("/file", _server.Heard[1].Path);
        Assert.Null(_server.Heard[1]["Authorization"]);
        Assert.DoesNotContain("secret-key", settings.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret-key", settings.Tokens[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_RefusedAddress_IsNamedWithoutItsSignature()
    {
        DownloadException problem = await FailAsync(new DownloadSettings(), "http://example.org/a?token=secret-key");

        Assert.DoesNotContain("secret-key", problem.Message, StringComparison.Ordinal);
    }

    private static async Task<DownloadException> FailAsync(DownloadSettings settings, string address)
    {
        using OutgoingClient client = new(settings);
        return await Assert.ThrowsAsync<DownloadException>(async () =>
        {
            using OutgoingAnswer answer = await client.GetAsync(new Uri(address), null, default);
        });
    }
}
