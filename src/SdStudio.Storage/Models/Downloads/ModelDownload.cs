using System.Security.Cryptography;

namespace SdStudio.Storage.Models.Downloads;

/// <summary>
/// Carries out one order: fetches its files under temporary names, proves each by size, hash and content, and only then puts them in
/// place. Stopped at any moment, even by a power cut, it goes on with the same order.
/// </summary>
public sealed class ModelDownload : IDisposable
{
    private const int HashBlock = 1 << 20;

    private readonly DownloadSettings _settings;
    private readonly DownloadFolder _folder;
    private readonly TimeProvider _time;
    private readonly OutgoingClient _client;
    private readonly FileTransfer _transfer;

    public ModelDownload(DownloadSettings settings, DownloadFolder folder, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(folder);
        (_settings, _folder, _time) = (settings, folder, time);
        _client = new OutgoingClient(settings);
        _transfer = new FileTransfer(_client, settings);
    }

    /// <returns>Full path of the file or folder that is now in place; the order is gone.</returns>
    /// <exception cref="DownloadException">It did not work; what is here is kept unless it was proven wrong.</exception>
    /// <exception cref="OperationCanceledException">Stopped; what is here is kept.</exception>
    public async Task<string> RunAsync(DownloadOrder order, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(order);
        if (!DownloadFolder.IsSound(order.Plan))
        {
            throw new DownloadException("This download would put files where none belong.") { IsFinal = true };
        }

        try
        {
            return await FetchAsync(order, progress, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new DownloadException($"{order.Plan.Title} cannot be kept in {_folder.ModelRoot}: {problem.Message}", problem) { IsFinal = true };
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<string> FetchAsync(DownloadOrder order, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        DownloadPlan plan = order.Plan;
        string target = _folder.TargetOf(plan);
        _folder.ThrowIfTaken(plan);
        _folder.Save(order);
        using IDisposable held = _folder.Take(order)
            ?? throw new DownloadException($"{plan.Title} is being fetched by another program on this computer already.") { IsFinal = true };
        if (plan.Size is { } size)
        {
            DiskSpace.Check(_folder.ModelRoot, size - _folder.Received(order), _settings);
        }

        DownloadMeter meter = new(order, _folder, progress, _time);
        for (int file = 0; file < plan.Files.Count; file++)
        {
            if (!File.Exists(_folder.FinishedOf(order, file)))
            {
                await FetchFileAsync(order, file, meter, cancellationToken).ConfigureAwait(false);
            }
        }

        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        _folder.ThrowIfTaken(plan);
        if (plan.FolderName is null)
        {
            File.Move(_folder.FinishedOf(order, 0), target);
        }
        else
        {
            Directory.Move(_folder.FinishedOf(order), target);
        }

        // An open file would keep its folder in place on some systems.
        held.Dispose();
        _folder.Remove(order);
        return target;
    }

    private async Task FetchFileAsync(DownloadOrder order, int index, DownloadMeter meter, CancellationToken cancellationToken)
    {
        PlannedFile file = order.Plan.Files[index];
        if (ContentProof.Refusal(file.Path) is { } refusal)
        {
            throw new DownloadException(refusal) { IsFinal = true };
        }

        string part = _folder.PartOf(order, index), statePath = _folder.StateOf(order, index);
        meter.Begin(file);
        try
        {
            PartState state = await _transfer.ReceiveAsync(file, part, statePath, meter.Received, meter.Enter, cancellationToken).ConfigureAwait(false);
            meter.Enter(DownloadStage.Checking);
            await ProveAsync(file, state, part, cancellationToken).ConfigureAwait(false);
        }
        catch (DownloadException problem) when (problem.IsProvenWrong)
        {
            File.Delete(part);
            File.Delete(statePath);
            throw;
        }

        string finished = _folder.FinishedOf(order, index);
        Directory.CreateDirectory(Path.GetDirectoryName(finished)!);
        File.Move(part, finished);
        File.Delete(statePath);
        meter.End();
    }

    private static async Task ProveAsync(PlannedFile file, PartState state, string part, CancellationToken cancellationToken)
    {
        long length = DownloadFolder.LengthOf(part) ?? 0;
        if (length == 0)
        {
            throw new DownloadException($"{file.Path} is empty on the server.") { IsFinal = true, IsProvenWrong = true };
        }

        string[] hashes = [.. new[] { file.Sha256, state.Sha256 }.OfType<string>().Distinct()];
        if (hashes.Length > 0)
        {
            string actual = await HashAsync(part, cancellationToken).ConfigureAwait(false);
            if (hashes.Any(hash => hash != actual))
            {
                throw new DownloadException(
                    $"{file.Path} was thrown away: its SHA-256 is {actual}, and should be {hashes.First(hash => hash != actual)}. It was damaged on the way, or is not the file it should be.")
                {
                    IsFinal = true,
                    IsProvenWrong = true,
                };
            }
        }

        ContentProof.Prove(part, file.Path);
    }

    private static async Task<string> HashAsync(string path, CancellationToken cancellationToken)
    {
        FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, HashBlock, FileOptions.Asynchronous | FileOptions.SequentialScan);
        await using (stream.ConfigureAwait(false))
        {
            return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken).ConfigureAwait(false));
        }
    }
}
