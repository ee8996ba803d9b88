using System.Net;
using System.Net.WebSockets;

namespace SdStudio.Web.Tests.Security;

/// <summary>The circuit's WebSocket over the real server: the test host has no sockets.</summary>
public sealed class SocketTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sdstudio-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Socket_OverTheRealServer_OpensForItsOwnPagesAlone()
    {
        using ServerProcess server = ServerProcess.Start(_folder);
        Assert.True(await server.WhenReadyAsync(), server.Output);
        Uri studio = server.Address;

        Assert.Equal((WebSocketState.Open, HttpStatusCode.SwitchingProtocols), await OpenAsync(studio, $"http://{studio.Authority}"));
        Assert.Equal((WebSocketState.Closed, HttpStatusCode.Forbidden), await OpenAsync(studio, "http://evil.example"));
        Assert.Equal((WebSocketState.Closed, HttpStatusCode.Forbidden), await OpenAsync(studio, $"http://127.0.0.1:{studio.Port + 1}"));
        Assert.Equal((WebSocketState.Closed, HttpStatusCode.Forbidden), await OpenAsync(studio, "null"));

        await server.StopAsync();
    }

    [Fact]
    public async Task Stop_WithAnOpenPage_CutsItAndEndsInOrder()
    {
        using ServerProcess server = ServerProcess.Start(_folder);
        Assert.True(await server.WhenReadyAsync(), server.Output);
        using ClientWebSocket page = new();
        await page.ConnectAsync(new UriBuilder(server.Address) { Scheme = "ws", Path = "/_blazor" }.Uri, CancellationToken.None);

        await server.StopAsync();

        Assert.True(server.ExitCode == 0 || OperatingSystem.IsWindows(), server.Output);
        Assert.DoesNotContain("failed to stop", server.Output, StringComparison.Ordinal);
    }

    private static async Task<(WebSocketState State, HttpStatusCode Status)> OpenAsync(Uri studio, string origin)
    {
        using ClientWebSocket socket = new();
        socket.Options.SetRequestHeader("Origin", origin);
        socket.Options.CollectHttpResponseDetails = true;
        try
        {
            await socket.ConnectAsync(new UriBuilder(studio) { Scheme = "ws", Path = "/_blazor" }.Uri, CancellationToken.None);
        }
        catch (WebSocketException)
        {
            // Refused: the status says by whom.
        }

        return (socket.State, socket.HttpStatusCode);
    }
}
