using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SdStudio.Tests;

/// <summary>
/// An HTTP server on a free port of this machine that answers each path with prepared bytes, so that broken answers can be
/// as broken as a test wants.
/// </summary>
internal sealed class LocalServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, Func<LocalRequest, NetworkStream, CancellationToken, Task>> _answers = [];
    private readonly Task _running;

    public LocalServer()
    {
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/clip/");
        _running = AcceptAsync();
    }

    public Uri Address { get; }

    public List<string> Requests { get; } = [];

    /// <summary>The same requests, with their headers.</summary>
    public List<LocalRequest> Heard { get; } = [];

    public void Answer(string path, Func<LocalRequest, NetworkStream, CancellationToken, Task> answer) => _answers[path] = answer;

    public void Answer(string path, Func<NetworkStream, CancellationToken, Task> answer) => Answer(path, (_, stream, stop) => answer(stream, stop));

    public void Answer(string path, byte[] body) => Answer(path, (stream, stop) => SendAsync(stream, "200 OK", $"Content-Length: {body.Length}\r\n", body, stop));

    public void Redirect(string path, string location) =>
        Answer(path, (stream, stop) => SendAsync(stream, "302 Found", $"Location: {location}\r\nContent-Length: 0\r\n", [], stop));

    public static async Task SendAsync(NetworkStream stream, string status, string headers, byte[] body, CancellationToken stop)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\n{headers}Connection: close\r\n\r\n"), stop);
        await stream.WriteAsync(body, stop);
    }

    public void Dispose()
    {
        if (_running.IsCompleted)
        {
            return;
        }

        _stop.Cancel();
        _listener.Stop();
        try
        {
            _running.GetAwaiter().GetResult();
        }
        catch (Exception problem) when (problem is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // That is how it ends.
        }

        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> connections = [];
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                connections.Add(ServeAsync(client));
            }
        }
        finally
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                NetworkStream stream = client.GetStream();
                using StreamReader reader = new(stream, Encoding.ASCII, leaveOpen: true);
                string request = await reader.ReadLineAsync(_stop.Token) ?? "";
                Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);
                while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } line)
                {
                    headers[line.Split(':')[0]] = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
                }

                string path = request.Split(' ').ElementAtOrDefault(1) ?? "";
                LocalRequest heard = new(path, headers);
                lock (Requests)
                {
                    Requests.Add(path);
                    Heard.Add(heard);
                }

                Task answer = _answers.TryGetValue(path, out Func<LocalRequest, NetworkStream, CancellationToken, Task>? found)
                    ? found(heard, stream, _stop.Token)
                    : SendAsync(stream, "404 Not Found", "Content-Length: 0\r\n", [], _stop.Token);
                await answer;
            }
            catch (Exception problem) when (problem is IOException or OperationCanceledException)
            {
                // The client left, or the test is over.
            }
        }
    }
}
