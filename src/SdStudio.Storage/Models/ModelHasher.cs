using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Storage.Data;

namespace SdStudio.Storage.Models;

/// <summary>
/// Computes <see cref="ModelHashes"/>, all in one pass over the file. A diffusers folder has no one file and other programs have no hash for it;
/// here it is that of its UNet's file, which tells two trainings apart. Once computed they are remembered until the file changes.
/// </summary>
internal sealed class ModelHasher(StudioDatabase database)
{
    private const int BlockLength = 1 << 20;
    private const int SampleStart = 0x100000, SampleLength = 0x10000;

    /// <summary>Between two blocks: a whole model takes a few seconds longer and nobody feels it.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(2);

    /// <summary>All that are remembered, by path: one question for however many files there are.</summary>
    public Task<Dictionary<string, ModelHashRow>> ReadAllAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(context => context.ModelHashes.ToDictionaryAsync(row => row.Path, StringComparer.Ordinal, cancellationToken), cancellationToken);

    /// <returns>The model with what is remembered of it, if the file has not changed since.</returns>
    public static ModelFile Apply(ModelFile model, Dictionary<string, ModelHashRow> remembered)
    {
        if (model.Problem is not null || WeightFile(model.Path) is not { } path || !remembered.TryGetValue(path, out ModelHashRow? row)
            || ReadStamp(path) is not { } stamp || row.Size != stamp.Size || row.ModifiedAt != stamp.ModifiedAt)
        {
            return model with { Hashes = null, ShortHash = null };
        }

        // Rows of earlier versions hold one hash, the one their kind is named by; it serves until all are computed.
        return row.Sample is null
            ? model with { Hashes = null, ShortHash = row.Sha256[..(model.Kind == ModelKind.Lora ? 12 : 10)] }
            : Apply(model, ToHashes(row));
    }

    /// <returns>Null when the file cannot be read or changes meanwhile.</returns>
    public async Task<ModelHashes?> ComputeAsync(ModelFile model, CancellationToken cancellationToken)
    {
        try
        {
            if (WeightFile(model.Path) is not { } path || ReadStamp(path) is not { } stamp)
            {
                return null;
            }

            ModelHashes hashes = await HashAsync(path, s_pause, cancellationToken);
            if (ReadStamp(path) != stamp)
            {
                return null;
            }

            await database.WriteAsync(async context =>
            {
                await context.ModelHashes.Where(row => row.Path == path).ExecuteDeleteAsync(cancellationToken);
                context.ModelHashes.Add(new ModelHashRow
                {
                    Path = path,
                    Size = stamp.Size,
                    ModifiedAt = stamp.ModifiedAt,
                    Sha256 = hashes.Sha256,
                    DataSha256 = hashes.DataSha256,
                    Sample = hashes.Sample ?? "",
                });
                return await context.SaveChangesAsync(cancellationToken);
            }, cancellationToken);
            return hashes;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CheckpointException)
        {
            // The file was taken away or is being copied: the next scan brings it here again.
            return null;
        }
    }

    /// <summary>At once and without remembering it.</summary>
    /// <returns>The short hash; null when the file cannot be read.</returns>
    public static async Task<string?> ComputeAsync(ModelKind kind, string path, CancellationToken cancellationToken) =>
        (await ComputeAsync(path, cancellationToken))?.Short(kind);

    /// <summary>At once and without remembering them.</summary>
    /// <returns>Null when the file cannot be read.</returns>
    public static async Task<ModelHashes?> ComputeAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return Checkpoint.UNetFile(path) is { } file ? await HashAsync(file, pause: TimeSpan.Zero, cancellationToken) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CheckpointException)
        {
            return null;
        }
    }

    public static ModelFile Apply(ModelFile model, ModelHashes hashes) => model with { Hashes = hashes, ShortHash = hashes.Short(model.Kind) };

    private static ModelHashes ToHashes(ModelHashRow row) => new(row.Sha256, row.DataSha256, row.Sample is { Length: > 0 } sample ? sample : null);

    private static async Task<ModelHashes> HashAsync(string path, TimeSpan pause, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        byte[] block = new byte[BlockLength];
        using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var data = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long position = 0;
        long? dataStart = null;
        string? sample = null;
        for (int count; (count = await file.ReadAtLeastAsync(block, BlockLength, throwOnEndOfStream: false, cancellationToken)) > 0; position += count)
        {
            whole.AppendData(block, 0, count);
            dataStart ??= DataStart(block.AsSpan(0, count), file.Length);
            if (dataStart >= 0 && position + count > dataStart)
            {
                int skipped = (int)Math.Max(dataStart.Value - position, 0);
                data.AppendData(block, skipped, count - skipped);
            }

            if (position == SampleStart)
            {
                sample = Convert.ToHexStringLower(SHA256.HashData(block.AsSpan(0, Math.Min(count, SampleLength))))[..8];
            }

            if (pause > TimeSpan.Zero)
            {
                await Task.Delay(pause, cancellationToken);
            }
        }

        return new ModelHashes(Hexadecimal(whole), dataStart >= 0 ? Hexadecimal(data) : null, sample);
    }

    /// <returns>Bytes before a safetensors file's data; -1 for a file of another format.</returns>
    private static long DataStart(ReadOnlySpan<byte> start, long fileLength)
    {
        if (start.Length < 10 || start[8] != (byte)'{')
        {
            return -1;
        }

        ulong header = BinaryPrimitives.ReadUInt64LittleEndian(start);
        return header <= SafetensorsHeader.MaximumLength && (long)header + 8 <= fileLength ? (long)header + 8 : -1;
    }

    private static string Hexadecimal(IncrementalHash hash) => Convert.ToHexStringLower(hash.GetHashAndReset());

    private static string? WeightFile(string path)
    {
        try
        {
            return Checkpoint.UNetFile(path);
        }
        catch (CheckpointException)
        {
            return null;
        }
    }

    private static (long Size, long ModifiedAt)? ReadStamp(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? (file.Length, file.LastWriteTimeUtc.Ticks) : null;
    }
}
