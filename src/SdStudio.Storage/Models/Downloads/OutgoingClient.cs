using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace SdStudio.Storage.Models.Downloads;

/// <summary>
/// The one door to the internet. Every hop of a redirect is looked at again, and the address that is connected to is the one that was
/// checked: a name that leads to a public address first and to this network a moment later gets nowhere.
/// </summary>
internal sealed class OutgoingClient : IDisposable
{
    private const int MostRedirects = 8;

    private readonly DownloadSettings _settings;
    private readonly HttpClient _client;

    public OutgoingClient(DownloadSettings settings)
    {
        _settings = settings;
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            // A proxy would look names up itself, out of reach of the check.
            UseProxy = false,
            ConnectTimeout = settings.SilenceLimit,
            ConnectCallback = ConnectAsync,
            MaxResponseHeadersLength = 64,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _client.DefaultRequestHeaders.UserAgent.ParseAdd("SdStudio");
    }

    /// <param name="shape">Adds headers to each request of the chain.</param>
    /// <returns>The first answer that is no redirect, whatever its status.</returns>
    /// <exception cref="DownloadException">An address on the way is refused, or the server does not answer.</exception>
    public async Task<OutgoingAnswer> GetAsync(Uri address, Action<HttpRequestMessage>? shape, CancellationToken cancellationToken)
    {
        (string? hash, long? size) = (null, null);
        string first = address.Host;
        for (int redirects = 0; redirects <= MostRedirects; redirects++)
        {
            Check(address);
            HttpResponseMessage response = await SendAsync(address, shape, cancellationToken).ConfigureAwait(false);
            if (IsHuggingFace(address))
            {
                hash ??= LinkedHash(response.Headers);
                size ??= LinkedSize(response.Headers);
            }

            if (!IsRedirect(response.StatusCode) || response.Headers.Location is not { } next)
            {
                return new OutgoingAnswer(response, address, hash, size);
            }

            response.Dispose();
            address = new Uri(address, next);
        }

        throw new DownloadException($"{first} redirects in circles.");
    }

    public void Dispose() => _client.Dispose();

    private static bool IsRedirect(HttpStatusCode status) => status is HttpStatusCode.MovedPermanently or HttpStatusCode.Found
        or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    private static string? LinkedHash(HttpResponseHeaders headers) =>
        headers.TryGetValues("X-Linked-Etag", out IEnumerable<string>? values) ? Sha256Text.Normalise(values.First().Trim('"')) : null;

    private static long? LinkedSize(HttpResponseHeaders headers) =>
        headers.TryGetValues("X-Linked-Size", out IEnumerable<string>? values) && long.TryParse(values.First(), out long size) && size > 0 ? size : null;

    private static bool Matches(string pattern, string host) =>
        pattern == "*"
        || pattern.Equals(host, StringComparison.OrdinalIgnoreCase)
        || (pattern.StartsWith("*.", StringComparison.Ordinal) && host.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase));

    private bool IsHuggingFace(Uri address) => address.Authority.Equals(_settings.HuggingFace.Authority, StringComparison.OrdinalIgnoreCase);

    private void Check(Uri address)
    {
        if (_settings.Offline)
        {
            throw new DownloadException("SdStudio works offline: Downloads:Offline is on in the settings, so no server is asked for anything.") { IsFinal = true };
        }

        bool isLocalTest = _settings.AllowsThisMachine && address.IsLoopback;
        if (address.Scheme != Uri.UriSchemeHttps && !(address.Scheme == Uri.UriSchemeHttp && (_settings.AllowHttp || isLocalTest)))
        {
            throw new DownloadException($"{Shown(address)} is not an HTTPS address.") { IsFinal = true };
        }

        // Without the name's last dot: "localhost." is localhost.
        string host = address.IdnHost.TrimEnd('.');
        if (!isLocalTest && !_settings.AllowedHosts.Any(pattern => Matches(pattern, host)))
        {
            throw new DownloadException($"{host} is not among Downloads:AllowedHosts in the settings.") { IsFinal = true };
        }
    }

    /// <summary>Without the query, where servers put keys and signatures.</summary>
    private static string Shown(Uri address) => address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    private async Task<HttpResponseMessage> SendAsync(Uri address, Action<HttpRequestMessage>? shape, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, address);
        shape?.Invoke(request);
        if (_settings.Tokens.FirstOrDefault(token => token.Value.Length > 0 && IsOwnHost(token, address)) is { } own)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", own.Value);
        }

        using CancellationTokenSource silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        silence.CancelAfter(_settings.SilenceLimit);
        try
        {
            return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, silence.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException problem) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DownloadException($"{address.Host} took too long to answer. Try again later.", problem);
        }
        catch (HttpRequestException problem)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw problem.GetBaseException() as DownloadException
                ?? new DownloadException($"{address.Host} could not be reached: {problem.Message} Check the connection of this machine.", problem);
        }
    }

    /// <summary>Over an encrypted connection only; a test's server has none.</summary>
    private bool IsOwnHost(HostToken token, Uri address) =>
        token.Host.Equals(address.Host, StringComparison.OrdinalIgnoreCase)
        && (address.Scheme == Uri.UriSchemeHttps || (_settings.AllowsThisMachine && address.IsLoopback));

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        DnsEndPoint wanted = context.DnsEndPoint;
        IPAddress[] addresses = IPAddress.TryParse(wanted.Host, out IPAddress? literal)
            ? [literal]
            : await Dns.GetHostAddressesAsync(wanted.Host, cancellationToken).ConfigureAwait(false);
        IPAddress[] allowed = [.. addresses.Where(IsAllowed)];
        if (allowed.Length == 0)
        {
            throw new DownloadException(
                $"{wanted.Host} leads to an address of this machine or its own network, where nothing is downloaded from.")
            { IsFinal = true };
        }

        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, wanted.Port, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private bool IsAllowed(IPAddress address) => PublicAddress.IsPublic(address) || (_settings.AllowsThisMachine && IPAddress.IsLoopback(address));
}
