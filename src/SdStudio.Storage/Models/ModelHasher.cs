using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Storage.Data;

namespace SdStudio.Storage.Models;

/// <summary>
/// The short hashes by which "parameters" texts name models: of a checkpoint the first ten digits of the file's SHA-256, of a LoRA the first twelve
/// of its data's, behind the header. A diffusers folder has no one file and other programs have no hash for it; here it is that of its UNet's
/// file, which tells two trainings apart. Once computed they are remembered until the file changes.
/// </summary>
internal sealed class ModelHasher(StudioDatabase database)
{
    private const int BlockLength = 1 << 20;

    /// <summary>Between two blocks: a whole model takes a few seconds longer and nobody feels it.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(2);

    /// <returns>Null when it is not known yet, or the file has changed.</returns>
    public async Task<string?> FindAsync(ModelFile model, CancellationToken cancellationToken)
    {
        if (model.Problem is not null || Checkpoint.UNetFile(model.Path) is not { } path || ReadStamp(path) is not { } stamp)
        {
            return null;
        }

        ModelHashRow? row = await database.ReadAsync(context => context.ModelHashes.FirstOrDefaultAsync(row => row.Path == path, cancellationToken), cancellationToken);
        return row is not null && row.Size == stamp.Size && row.ModifiedAt == stamp.ModifiedAt ? Shorten(model.Kind, row.Sha256) : null;
    }

    /// <returns>Null when the file cannot be read or changes meanwhile.</returns>
    public async Task<string?> ComputeAsync(ModelFile model, CancellationToken cancellationToken)
    {
        try
        {
            if (Checkpoint.UNetFile(model.Path) is not { } path || ReadStamp(path) is not { } stamp)
            {
                return null;
            }

            string sha256 = await HashAsync(model.Kind, path, s_pause, cancellationToken);
            if (ReadStamp(path) != stamp)
            {
                return null;
            }

            await database.WriteAsync(async context =>
            {
                await context.ModelHashes.Where(row => row.Path == path).ExecuteDeleteAsync(cancellationToken);
                context.ModelHashes.Add(new ModelHashRow { Path = path, Size = stamp.Size, ModifiedAt = stamp.ModifiedAt, Sha256 = sha256 });
                return await context.SaveChangesAsync(cancellationToken);
            }, cancellationToken);
            return Shorten(model.Kind, sha256);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CheckpointException)
        {
            // The file was taken away or is being copied: the next scan brings it here again.
            return null;
        }
    }

    /// <summary>At once and without remembering it.</summary>
    /// <returns>Null when the file cannot be read.</returns>
    public static async Task<string?> ComputeAsync(ModelKind kind, string path, CancellationToken cancellationToken)
    {
        try
        {
            return Checkpoint.UNetFile(path) is { } file ? Shorten(kind, await HashAsync(kind, file, pause: TimeSpan.Zero, cancellationToken)) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CheckpointException)
        {
            return null;
        }
    }

    private static async Task<string> HashAsync(ModelKind kind, string path, TimeSpan pause, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        byte[] block = new byte[BlockLength];
        if (kind == ModelKind.Lora && await file.ReadAtLeastAsync(block.AsMemory(0, 8), 8, throwOnEndOfStream: false, cancellationToken) == 8)
        {
            // The scan has proven this length.
            file.Position = Math.Clamp(8 + BinaryPrimitives.ReadInt64LittleEndian(block), 8, file.Length);
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int count; (count = await file.ReadAsync(block, cancellationToken)) > 0;)
        {
            hash.AppendData(block, 0, count);
            if (pause > TimeSpan.Zero)
            {
                await Task.Delay(pause, cancellationToken);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string Shorten(ModelKind kind, string sha256) => kind == ModelKind.Lora ? sha256[..12] : sha256[..10];

    private static (long Size, long ModifiedAt)? ReadStamp(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? (file.Length, file.LastWriteTimeUtc.Ticks) : null;
    }
}
