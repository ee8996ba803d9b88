using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace SdStudio.Storage.Models.Downloads;

/// <summary>Brings one file here, byte by byte into a temporary file, and goes on where it stopped: after a broken connection and after a restart.</summary>
internal sealed class FileTransfer(OutgoingClient client, DownloadSettings settings)
{
    private const int BufferLength = 1 << 17;
    private const int LongestState = 1 << 16;

    /// <param name="received">Told how many bytes of the file are here.</param>
    /// <param name="stage">Told what is being done.</param>
    /// <returns>What the server said of the file.</returns>
    /// <exception cref="DownloadException">It did not work; what is here is kept for the next try unless it was proven wrong.</exception>
    public async Task<PartState> ReceiveAsync(
        PlannedFile file, string part, string statePath, Action<long> received, Action<DownloadStage> stage, CancellationToken cancellationToken)
    {
        int failures = 0;
        while (true)
        {
            long before = DownloadFolder.LengthOf(part) ?? 0;
            try
            {
                stage(failures == 0 ? DownloadStage.Asking : DownloadStage.Reconnecting);
                return await ContinueAsync(file, part, statePath, received, stage, cancellationToken).ConfigureAwait(false);
            }
            catch (DownloadException problem) when (!problem.IsFinal)
            {
                failures = DownloadFolder.LengthOf(part) > before ? 1 : failures + 1;
                if (failures > settings.Retries)
                {
                    throw;
                }
            }

            stage(DownloadStage.Reconnecting);
            await Task.Delay(settings.RetryDelay * Math.Pow(2, failures - 1), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<PartState> ContinueAsync(
        PlannedFile file, string part, string statePath, Action<long> received, Action<DownloadStage> stage, CancellationToken cancellationToken)
    {
        PartState? known = ReadState(statePath);
        long have = known is null ? 0 : DownloadFolder.LengthOf(part) ?? 0;
        // Without a mark of the version, only the hash at the end can tell whether old and new bytes belong together.
        if (known is { ETag: null, LastModified: null, Sha256: null } && file.Sha256 is null)
        {
            have = 0;
        }

        if (have > 0 && have == (file.Size ?? known!.Size))
        {
            return known!;
        }

        using OutgoingAnswer answer = await client.GetAsync(file.Address, request => Shape(request, have, known), cancellationToken).ConfigureAwait(false);
        if (answer.Response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && have > 0)
        {
            return AtTheEnd(answer, have, known!, part);
        }

        ThrowIfRefused(answer, file.Path);
        bool goesOn = answer.Response.StatusCode == HttpStatusCode.PartialContent;
        ContentRangeHeaderValue? range = answer.Response.Content.Headers.ContentRange;
        if (goesOn && (have == 0 || range?.From != have))
        {
            File.Delete(part);
            throw new DownloadException($"{answer.Address.Host} sent another piece of {file.Path} than it was asked for.");
        }

        have = goesOn ? have : 0;
        long? whole = goesOn ? range!.Length : answer.Response.Content.Headers.ContentLength;
        long? size = AgreedSize(file, whole ?? answer.LinkedSize, answer.Address.Host);
        PartState state = goesOn ? known! : Describe(answer, size);
        DownloadFolder.Write(statePath, JsonSerializer.SerializeToUtf8Bytes(state));
        DiskSpace.Check(Path.GetDirectoryName(part)!, (size ?? have) - have, settings);
        stage(DownloadStage.Receiving);
        await WriteAsync(answer, file.Path, part, have, size, received, cancellationToken).ConfigureAwait(false);
        return state;
    }

    private static void Shape(HttpRequestMessage request, long have, PartState? known)
    {
        // A length and a hash are those of the file itself, so it must not be packed on the way.
        request.Headers.AcceptEncoding.ParseAdd("identity");
        if (have == 0)
        {
            return;
        }

        request.Headers.Range = new RangeHeaderValue(have, null);
        if ((known?.ETag ?? known?.LastModified) is { } version)
        {
            request.Headers.TryAddWithoutValidation("If-Range", version);
        }
    }

    private static PartState AtTheEnd(OutgoingAnswer answer, long have, PartState known, string part)
    {
        if (answer.Response.Content.Headers.ContentRange?.Length == have)
        {
            return known;
        }

        File.Delete(part);
        throw new DownloadException($"{answer.Address.Host} has another version of the file now; it is fetched from its beginning.");
    }

    private void ThrowIfRefused(OutgoingAnswer answer, string name)
    {
        if (answer.Response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.PartialContent))
        {
            throw Refusals.Of(answer, name, settings);
        }

        if (answer.Response.Content.Headers.ContentEncoding.Any(encoding => encoding != "identity"))
        {
            throw new DownloadException($"{answer.Address.Host} sends {name} packed, so that its length and hash cannot be checked.") { IsFinal = true };
        }
    }

    private long? AgreedSize(PlannedFile file, long? announced, string host)
    {
        if (file.Size is { } expected && announced is { } other && expected != other)
        {
            throw new DownloadException($"{file.Path} should have {expected} bytes, and {host} sends {other}. Look at the link again.") { IsFinal = true };
        }

        long? size = file.Size ?? announced;
        return size > settings.LargestFile
            ? throw new DownloadException($"{file.Path} has {size / 1_000_000_000} GB, more than Downloads:LargestFileGigabytes allows.") { IsFinal = true }
            : size;
    }

    private static PartState Describe(OutgoingAnswer answer, long? size)
    {
        EntityTagHeaderValue? tag = answer.Response.Headers.ETag;
        return new PartState(
            tag is { IsWeak: false } ? tag.Tag : null,
            answer.Response.Content.Headers.LastModified?.ToString("R"),
            size,
            answer.LinkedHash);
    }

    private static PartState? ReadState(string path)
    {
        try
        {
            return DownloadFolder.LengthOf(path) is null or > LongestState ? null : JsonSerializer.Deserialize<PartState>(File.ReadAllBytes(path));
        }
        catch (Exception problem) when (problem is JsonException or IOException)
        {
            return null;
        }
    }

    private async Task WriteAsync(
        OutgoingAnswer answer, string name, string part, long have, long? size, Action<long> received, CancellationToken cancellationToken)
    {
        using CancellationTokenSource silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        FileStream target = new(part, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous);
        await using ConfiguredAsyncDisposable closing = target.ConfigureAwait(false);
        target.SetLength(have);
        target.Position = have;
        bool isBeginningProven = have >= ContentProof.Beginning;
        byte[] buffer = new byte[BufferLength];
        received(have);
        while (true)
        {
            int count = await ReadAsync(answer, buffer, silence, cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                break;
            }

            have += count;
            if (have > (size ?? settings.LargestFile))
            {
                throw new DownloadException($"{answer.Address.Host} sends more of {name} than it announced.") { IsFinal = true, IsProvenWrong = true };
            }

            await target.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            if (!isBeginningProven && have >= ContentProof.Beginning)
            {
                byte[] start = new byte[ContentProof.Beginning];
                await RandomAccess.ReadAsync(target.SafeFileHandle, start, 0, cancellationToken).ConfigureAwait(false);
                ContentProof.ProveBeginning(start, name);
                isBeginningProven = true;
            }

            received(have);
        }

        if (size > have)
        {
            throw CutOff(answer.Address.Host, name);
        }
    }

    private async Task<int> ReadAsync(OutgoingAnswer answer, byte[] buffer, CancellationTokenSource silence, CancellationToken cancellationToken)
    {
        try
        {
            silence.CancelAfter(settings.SilenceLimit);
            Stream body = await answer.Response.Content.ReadAsStreamAsync(silence.Token).ConfigureAwait(false);
            return await body.ReadAsync(buffer, silence.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException problem) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DownloadException($"{answer.Address.Host} fell silent. Try again later; what is here is kept.", problem);
        }
        catch (Exception problem) when (problem is IOException or HttpRequestException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw CutOff(answer.Address.Host, "the file", problem);
        }
    }

    private static DownloadException CutOff(string host, string name, Exception? problem = null) =>
        new($"The connection to {host} broke before {name} was here. Try again; what is here is kept.", problem);
}
