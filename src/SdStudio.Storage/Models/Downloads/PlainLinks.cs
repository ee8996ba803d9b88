using System.Net;
using System.Net.Http.Headers;

namespace SdStudio.Storage.Models.Downloads;

/// <summary>Links to a file itself, anywhere.</summary>
internal sealed class PlainLinks(OutgoingClient client, DownloadSettings settings)
{
    /// <summary>Asks for the first bytes alone: they tell what kind of file it is, and their headers its name and size.</summary>
    public async Task<DownloadPlan> FindAsync(Uri link, string text, CancellationToken cancellationToken)
    {
        using OutgoingAnswer answer = await client.GetAsync(link, Shape, cancellationToken).ConfigureAwait(false);
        HttpStatusCode status = answer.Response.StatusCode;
        if (status is not (HttpStatusCode.OK or HttpStatusCode.PartialContent))
        {
            throw Refusals.Of(answer, "this file", settings);
        }

        HttpContentHeaders headers = answer.Response.Content.Headers;
        string name = SafeName.Of(GivenName(headers) ?? LastPart(link));
        byte[] start = await BeginningAsync(answer, cancellationToken).ConfigureAwait(false);
        if (!ContentProof.IsWeights(name) && !Path.HasExtension(name))
        {
            // Addresses like /download/12345 say nothing; the content does.
            name += ".safetensors";
        }

        if (ContentProof.Refusal(name) is { } refusal || !ContentProof.IsWeights(name))
        {
            throw new DownloadException(ContentProof.Refusal(name) ?? $"{name} is no .safetensors file, the only kind of model that is downloaded.") { IsFinal = true };
        }

        ContentProof.ProveBeginning(start, name);
        long? size = status == HttpStatusCode.PartialContent ? headers.ContentRange?.Length : headers.ContentLength;
        return new DownloadPlan
        {
            Title = Path.GetFileNameWithoutExtension(name),
            Link = text,
            Choice = name,
            Place = ModelPlaces.Guess(name, []),
            Files = [new PlannedFile(link, name, size, null)],
        };
    }

    private static void Shape(HttpRequestMessage request)
    {
        request.Headers.AcceptEncoding.ParseAdd("identity");
        request.Headers.Range = new RangeHeaderValue(0, ContentProof.Beginning - 1);
    }

    private static string? GivenName(HttpContentHeaders headers)
    {
        ContentDispositionHeaderValue? disposition = headers.ContentDisposition;
        string? name = disposition?.FileNameStar ?? disposition?.FileName?.Trim('"');
        return string.IsNullOrWhiteSpace(name) ? null : name;
    }

    private static string LastPart(Uri link) => Uri.UnescapeDataString(link.Segments[^1].Trim('/'));

    private async Task<byte[]> BeginningAsync(OutgoingAnswer answer, CancellationToken cancellationToken)
    {
        using CancellationTokenSource silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        silence.CancelAfter(settings.SilenceLimit);
        try
        {
            byte[] start = new byte[ContentProof.Beginning];
            Stream body = await answer.Response.Content.ReadAsStreamAsync(silence.Token).ConfigureAwait(false);
            int count = await body.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, silence.Token).ConfigureAwait(false);
            return start[..count];
        }
        catch (OperationCanceledException problem) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DownloadException($"{answer.Address.Host} took too long to answer. Try again later.", problem);
        }
        catch (Exception problem) when (problem is IOException or HttpRequestException)
        {
            throw new DownloadException($"The connection to {answer.Address.Host} broke. Try again.", problem);
        }
    }
}
