namespace SdStudio.Storage.Import;

/// <summary>Takes a folder into the gallery, part by part. Killed at any moment, it goes on behind the last part that is whole.</summary>
public sealed class FolderImporter(ImportStore imports, PictureIntake intake)
{
    /// <summary>Pictures in one transaction.</summary>
    private const int PartLength = 64;

    /// <summary>Raised after pictures came in, with the newest of them; on any thread.</summary>
    public event Action<long>? Added;

    /// <param name="import">As the store has it.</param>
    /// <param name="progress">Told after every part, at once and in order.</param>
    /// <param name="breathe">Awaited before every picture: returns at once, or when others have had their turn.</param>
    /// <returns>How it ended; open when it was cancelled.</returns>
    /// <exception cref="OperationCanceledException">Cancelled; what is whole is kept.</exception>
    public async Task<FolderImport> RunAsync(FolderImport import, IProgress<FolderImport>? progress = null, Func<CancellationToken, ValueTask>? breathe = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(import);
        string[] pictures;
        try
        {
            pictures = await Task.Run(() => PictureFolder.List(import.Folder, cancellationToken), cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return await FailAsync(import, $"The folder cannot be read: {exception.Message} Look whether it is still there, then try again.", cancellationToken);
        }

        import = import with { Total = pictures.Length };
        await imports.SetTotalAsync(import.Id, pictures.Length, cancellationToken);
        progress?.Report(import);
        // Behind the last that was seen to, whether that file is still there or not.
        int next = import.Cursor is { } cursor ? Array.FindIndex(pictures, path => string.CompareOrdinal(path, cursor) > 0) : 0;
        for (; next >= 0 && next < pictures.Length; next += PartLength)
        {
            string[] part = pictures[next..Math.Min(next + PartLength, pictures.Length)];
            List<ForeignPicture> found = [];
            foreach (string path in part)
            {
                if (breathe is not null)
                {
                    await breathe(cancellationToken);
                }

                cancellationToken.ThrowIfCancellationRequested();
                if (await Task.Run(() => ForeignPicture.Look(Path.Combine(import.Folder, path)), cancellationToken) is { } picture)
                {
                    found.Add(picture);
                }
            }

            try
            {
                IReadOnlyList<long> added = await intake.TakeAsync(found, import, part[^1], part.Length, part.Length - found.Count, cancellationToken);
                import = import with
                {
                    Cursor = part[^1],
                    Seen = import.Seen + part.Length,
                    Added = import.Added + added.Count,
                    Known = import.Known + found.Count - added.Count,
                    Unreadable = import.Unreadable + part.Length - found.Count,
                };
                if (added.Count > 0)
                {
                    Added?.Invoke(added.Max());
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return await FailAsync(import, $"The pictures cannot be kept: {exception.Message} Make room in the gallery's folder, then try again.", cancellationToken);
            }

            progress?.Report(import);
        }

        await imports.SetStateAsync(import.Id, ImportState.Done, problem: null, cancellationToken);
        return import with { State = ImportState.Done };
    }

    private async Task<FolderImport> FailAsync(FolderImport import, string problem, CancellationToken cancellationToken)
    {
        await imports.SetStateAsync(import.Id, ImportState.Failed, problem, cancellationToken);
        return import with { State = ImportState.Failed, Problem = problem };
    }
}
