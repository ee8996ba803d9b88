using System.Text.RegularExpressions;

namespace SdStudio.Storage.Models.Downloads;

/// <summary>Finds out what a link leads to, before anything is fetched: a Hugging Face repository or file, a Civitai model or version, or any file.</summary>
public sealed partial class ModelLinks : IDisposable
{
    private const int LongestLink = 2048;

    private readonly OutgoingClient _client;
    private readonly HuggingFaceLinks _huggingFace;
    private readonly CivitaiLinks _civitai;
    private readonly PlainLinks _plain;

    public ModelLinks(DownloadSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _client = new OutgoingClient(settings);
        JsonAnswers answers = new(_client, settings);
        _huggingFace = new HuggingFaceLinks(answers, settings);
        _civitai = new CivitaiLinks(answers, settings);
        _plain = new PlainLinks(_client, settings);
        Home = settings.HuggingFace;
    }

    private Uri Home { get; }

    /// <param name="link">An address, or "owner/name" of a Hugging Face repository.</param>
    /// <returns>At least one plan; several where the link leaves a choice, the most useful first.</returns>
    /// <exception cref="DownloadException">It leads to nothing that can be used; the message says why.</exception>
    public async Task<IReadOnlyList<DownloadPlan>> FindAsync(string link, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(link);
        string text = link.Trim();
        Uri address = Read(text);
        return _huggingFace.Owns(address) ? await _huggingFace.FindAsync(address, text, cancellationToken).ConfigureAwait(false)
            : _civitai.Owns(address) ? await _civitai.FindAsync(address, text, cancellationToken).ConfigureAwait(false)
            : [await _plain.FindAsync(address, text, cancellationToken).ConfigureAwait(false)];
    }

    public void Dispose() => _client.Dispose();

    private Uri Read(string text)
    {
        if (RepositoryName().IsMatch(text))
        {
            return new Uri(Home, text);
        }

        if (text.Length is 0 or > LongestLink || !Uri.TryCreate(text, UriKind.Absolute, out Uri? address) || address.Host.Length == 0)
        {
            throw new DownloadException("This is no link. One looks like https://huggingface.co/owner/name or https://civitai.com/models/12345.") { IsFinal = true };
        }

        return address.UserInfo.Length == 0
            ? address
            : throw new DownloadException("This link carries a name and a password. Leave them out; keys belong into the settings.") { IsFinal = true };
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,95}/[A-Za-z0-9][A-Za-z0-9._-]{0,95}$")]
    private static partial Regex RepositoryName();
}
