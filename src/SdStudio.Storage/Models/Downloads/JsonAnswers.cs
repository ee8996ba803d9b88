using System.Net;
using System.Text.Json;

namespace SdStudio.Storage.Models.Downloads;

/// <summary>Asks a site's public interface and reads its answer, which may be anything.</summary>
internal sealed class JsonAnswers(OutgoingClient client, DownloadSettings settings)
{
    private const int Largest = 16 << 20;

    /// <param name="what">For messages: "the repository owner/name".</param>
    /// <exception cref="DownloadException">There is no such thing, or the answer makes no sense.</exception>
    public async Task<JsonElement> GetAsync(Uri address, string what, CancellationToken cancellationToken)
    {
        using CancellationTokenSource whole = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        whole.CancelAfter(settings.SilenceLimit);
        try
        {
            using OutgoingAnswer answer = await client.GetAsync(address, null, whole.Token).ConfigureAwait(false);
            if (answer.Response.StatusCode != HttpStatusCode.OK)
            {
                throw Refusals.Of(answer, what, settings);
            }

            byte[] content = await ReadAsync(answer, whole.Token).ConfigureAwait(false);
            using JsonDocument document = JsonDocument.Parse(content, new JsonDocumentOptions { MaxDepth = 32 });
            return document.RootElement.Clone();
        }
        catch (JsonException problem)
        {
            throw Nonsense(address, problem);
        }
        catch (Exception problem) when (problem is IOException or HttpRequestException)
        {
            throw new DownloadException($"The connection to {address.Host} broke. Try again.", problem);
        }
        catch (OperationCanceledException problem) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DownloadException($"{address.Host} took too long to answer. Try again later.", problem);
        }
    }

    public static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static long? Number(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number
            && value.TryGetInt64(out long number) ? number : null;

    public static JsonElement Inner(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) ? value : default;

    public static IEnumerable<JsonElement> List(JsonElement element, string name) =>
        Inner(element, name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    private static DownloadException Nonsense(Uri address, Exception? problem = null) =>
        new($"{address.Host} answered something that is not understood. Try again later, or use the link of the file itself.", problem) { IsFinal = true };

    private static async Task<byte[]> ReadAsync(OutgoingAnswer answer, CancellationToken cancellationToken)
    {
        using MemoryStream content = new();
        byte[] buffer = new byte[64 << 10];
        Stream body = await answer.Response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        while (await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var count)
        {
            if (content.Length + count > Largest)
            {
                throw Nonsense(answer.Address);
            }

            content.Write(buffer, 0, count);
        }

        return content.ToArray();
    }
}
