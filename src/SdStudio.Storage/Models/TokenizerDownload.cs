using SdStudio.Diffusion.Tokens;
using SdStudio.Storage.Models.Downloads;

namespace SdStudio.Storage.Models;

/// <summary>
/// Fetches the two files that single-file checkpoints of Stable Diffusion 1.x lack: vocab.json and merges.txt of CLIP
/// ViT-L/14. Both are checked against what is known of them before either is put in place.
/// </summary>
public sealed class TokenizerDownload : IDisposable
{
    // The published files have 0.5 and about 1 MiB.
    private const int LargestFile = 4 << 20;

    private readonly TokenizerDownloadSettings _settings;
    private readonly TokenizerContent _expected;
    private readonly OutgoingClient _client;

    public TokenizerDownload(TokenizerDownloadSettings settings)
        : this(settings, TokenizerContent.ClipVitLarge)
    {
    }

    internal TokenizerDownload(TokenizerDownloadSettings settings, TokenizerContent expected)
    {
        ArgumentNullException.ThrowIfNull(settings);
        (_settings, _expected) = (settings, expected);

        _client = new OutgoingClient(new DownloadSettings
        {
            Offline = settings.Offline,
            AllowedHosts = settings.AllowedHosts,
            SilenceLimit = settings.SilenceLimit,
            // Somebody may keep the files on this machine; but then no other server may send us to its ports.
            AllowsThisMachine = settings.Source.IsLoopback,
        });
    }

    /// <summary>Downloads into <see cref="TokenizerLocator.DownloadFolder"/>; does nothing where the right files already are.</summary>
    /// <param name="modelRoot">The folder that holds models.</param>
    /// <returns>The folder that holds the two files.</returns>
    /// <exception cref="TokenizerDownloadException">It did not work; the message says why. Existing files are untouched.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; nothing is left behind.</exception>
    public async Task<string> RunAsync(
        string modelRoot, IProgress<TokenizerDownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        string folder = TokenizerLocator.DownloadFolder(modelRoot);
        if (await IsPresentAsync(folder, cancellationToken).ConfigureAwait(false))
        {
            return folder;
        }

        byte[] vocabulary = await FetchAsync(ClipTokenizer.VocabularyFile, progress, cancellationToken).ConfigureAwait(false);
        Check(ClipTokenizer.VocabularyFile, IsVocabulary(vocabulary));
        byte[] merges = await FetchAsync(ClipTokenizer.MergesFile, progress, cancellationToken).ConfigureAwait(false);
        Check(ClipTokenizer.MergesFile, IsMerges(merges));
        await PlaceAsync(folder, vocabulary, merges, cancellationToken).ConfigureAwait(false);
        return folder;
    }

    public void Dispose() => _client.Dispose();

    private static async Task PlaceAsync(string folder, byte[] vocabulary, byte[] merges, CancellationToken cancellationToken)
    {
        List<(string Temporary, string Final)> files = [];
        try
        {
            Directory.CreateDirectory(folder);
            foreach ((string name, byte[] content) in new[] { (ClipTokenizer.MergesFile, merges), (ClipTokenizer.VocabularyFile, vocabulary) })
            {
                files.Add((Path.Combine(folder, $".{name}.{Guid.NewGuid():N}.part"), Path.Combine(folder, name)));
                await File.WriteAllBytesAsync(files[^1].Temporary, content, cancellationToken).ConfigureAwait(false);
            }

            foreach ((string temporary, string final) in files)
            {
                File.Move(temporary, final, overwrite: true);
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new TokenizerDownloadException($"The tokenizer was downloaded, but {folder} cannot be written: {problem.Message}", problem);
        }
        finally
        {
            foreach ((string temporary, _) in files)
            {
                File.Delete(temporary);
            }
        }
    }

    private static void Check(string name, bool right)
    {
        if (!right)
        {
            throw new TokenizerDownloadException($"What the server sent as {name} is not that of CLIP ViT-L/14, so it was thrown away. Check the address in the settings, or put the file there by hand.");
        }
    }

    private static TokenizerDownloadException Failed(string name, string why, Exception? problem = null) =>
        new($"{name} could not be downloaded: {why}", problem);

    private bool IsVocabulary(byte[] content) => TokenizerContent.OfVocabulary(content) == (_expected.Tokens, _expected.VocabularyHash);

    private bool IsMerges(byte[] content) => TokenizerContent.OfMerges(content) == (_expected.Merges, _expected.MergesHash);

    private async Task<bool> IsPresentAsync(string folder, CancellationToken cancellationToken)
    {
        FileInfo vocabulary = new(Path.Combine(folder, ClipTokenizer.VocabularyFile)), merges = new(Path.Combine(folder, ClipTokenizer.MergesFile));
        return vocabulary is { Exists: true, Length: <= LargestFile } && merges is { Exists: true, Length: <= LargestFile }
            && IsVocabulary(await File.ReadAllBytesAsync(vocabulary.FullName, cancellationToken).ConfigureAwait(false))
            && IsMerges(await File.ReadAllBytesAsync(merges.FullName, cancellationToken).ConfigureAwait(false));
    }

    private async Task<byte[]> FetchAsync(string name, IProgress<TokenizerDownloadProgress>? progress, CancellationToken cancellationToken)
    {
        using CancellationTokenSource whole = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        whole.CancelAfter(_settings.FileLimit);
        try
        {
            return await ReceiveAsync(name, progress, whole.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException problem) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failed(name, "the server took too long. Try again later.", problem);
        }
        catch (DownloadException problem)
        {
            throw Failed(name, problem.Message, problem);
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Failed(name, $"{problem.Message} Check the connection of this machine.", problem);
        }
    }

    private async Task<byte[]> ReceiveAsync(string name, IProgress<TokenizerDownloadProgress>? progress, CancellationToken cancellationToken)
    {
        using OutgoingAnswer answer = await AskAsync(name, cancellationToken).ConfigureAwait(false);
        HttpResponseMessage response = answer.Response;
        long? total = response.Content.Headers.ContentLength;
        if (total > LargestFile)
        {
            throw Failed(name, $"the server announces {total} bytes, far more than the file has.");
        }

        Stream body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            using MemoryStream content = new();
            byte[] buffer = new byte[64 << 10];
            progress?.Report(new TokenizerDownloadProgress(name, 0, total));
            while (true)
            {
                using CancellationTokenSource silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                silence.CancelAfter(_settings.SilenceLimit);
                int count = await body.ReadAsync(buffer, silence.Token).ConfigureAwait(false);
                if (count == 0)
                {
                    return content.ToArray();
                }

                if (content.Length + count > LargestFile)
                {
                    throw Failed(name, $"the server sends more than {LargestFile >> 20} MiB, far more than the file has.");
                }

                content.Write(buffer, 0, count);
                progress?.Report(new TokenizerDownloadProgress(name, content.Length, total));
            }
        }
    }

    private async Task<OutgoingAnswer> AskAsync(string name, CancellationToken cancellationToken)
    {
        // Without the slash at its end, the last part of the address would be replaced by the name.
        string source = _settings.Source.AbsoluteUri;
        Uri address = new(new Uri(source.EndsWith('/') ? source : source + "/"), name);
        OutgoingAnswer answer = await _client.GetAsync(address, null, cancellationToken).ConfigureAwait(false);
        if (answer.Response.IsSuccessStatusCode)
        {
            return answer;
        }

        using (answer)
        {
            throw Failed(name, $"{answer.Address.Host} answered {(int)answer.Response.StatusCode}.");
        }
    }
}
