using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace SdStudio.BrowserTests;

/// <summary>One person's browser. Watches what the page asks for and complains about, so that every journey checks it.</summary>
public sealed class Visitor : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _complaints = new();

    public Visitor(IBrowserContext context, IPage page, string address)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(page);
        (_context, Page) = (context, page);
        page.Console += (_, message) =>
        {
            // A page that was left mid-request logs the cut connection; everything else that is an error is ours.
            if (message.Type == "error" && !message.Text.Contains("net::ERR_", StringComparison.Ordinal))
            {
                _complaints.Enqueue(message.Text);
            }
        };
        page.PageError += (_, error) => _complaints.Enqueue(error);
        context.Request += (_, request) =>
        {
            Uri uri = new(request.Url);
            if (uri.Scheme is "http" or "https" or "ws" or "wss" && uri.Authority != new Uri(address).Authority)
            {
                _complaints.Enqueue($"A request left the house: {request.Url}");
            }
        };
    }

    public IPage Page { get; }

    /// <summary>Errors in the console (content security policy among them), uncaught exceptions, requests to other hosts.</summary>
    public IReadOnlyList<string> Complaints => [.. _complaints];

    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
    }
}
