namespace SdStudio.Storage.Models.Downloads;

/// <summary>What a server answered at the end of all redirects.</summary>
/// <param name="Response">Its headers; the body is not read yet.</param>
/// <param name="Address">Where it came from at last.</param>
/// <param name="LinkedHash">SHA-256, in lower case, that a Hugging Face redirect said of the file it leads to; null: none did.</param>
/// <param name="LinkedSize">Bytes that it said; null: none did.</param>
internal sealed record OutgoingAnswer(HttpResponseMessage Response, Uri Address, string? LinkedHash, long? LinkedSize) : IDisposable
{
    public void Dispose() => Response.Dispose();
}
