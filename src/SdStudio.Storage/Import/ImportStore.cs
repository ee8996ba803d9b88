using Microsoft.EntityFrameworkCore;
using SdStudio.Storage.Data;
using SdStudio.Storage.Gallery;

namespace SdStudio.Storage.Import;

/// <summary>The folders that were and are taken into the gallery.</summary>
public sealed class ImportStore(StudioDatabase database, GalleryPaths paths, TimeProvider time)
{
    private const int MostOpen = 20;
    private const int MostListed = 50;

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<FolderImport>> ListAsync(CancellationToken cancellationToken = default)
    {
        List<ImportRow> rows = await database.ReadAsync(context => context.Imports.OrderByDescending(row => row.Id).Take(MostListed).ToListAsync(cancellationToken), cancellationToken);
        return [.. rows.Select(ToImport)];
    }

    /// <returns>The oldest that is open; null when none is.</returns>
    public async Task<FolderImport?> NextAsync(CancellationToken cancellationToken = default)
    {
        ImportRow? row = await database.ReadAsync(
            context => context.Imports.Where(row => row.State == (int)ImportState.Open).OrderBy(row => row.Id).FirstOrDefaultAsync(cancellationToken), cancellationToken);
        return row is null ? null : ToImport(row);
    }

    /// <summary>Orders the import of a folder. One of the same folder that stopped goes on where it was.</summary>
    /// <param name="folder">As somebody typed it; a full path.</param>
    /// <returns>The import, or what is wrong with the folder, for the field.</returns>
    public async Task<(FolderImport? Import, string? Problem)> AddAsync(string folder, bool copies, string owner, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(owner);
        string typed = folder.Trim().Trim('"');
        if (Problem(typed) is { } problem)
        {
            return (null, problem);
        }

        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(typed));
        return await database.WriteAsync(async context =>
        {
            ImportRow[] open = await context.Imports.AsTracking().Where(row => row.State == (int)ImportState.Open || row.Folder == full).ToArrayAsync(cancellationToken);
            if (open.Any(row => row.Folder == full && row.State == (int)ImportState.Open))
            {
                return ((FolderImport?)null, (string?)"This folder is being imported already.");
            }

            if (open.Count(row => row.State == (int)ImportState.Open) >= MostOpen)
            {
                return (null, $"{MostOpen} folders wait already. Let some of them finish.");
            }

            // One that ended begins anew, since there may be new pictures; one that was stopped goes on.
            ImportRow? stopped = open.LastOrDefault(row => row.Folder == full && row.State != (int)ImportState.Done && row.Copies == copies);
            ImportRow row = stopped ?? new ImportRow { Folder = full, Copies = copies, Owner = owner, State = 0, StartedAt = time.GetUtcNow().ToUnixTimeMilliseconds() };
            (row.State, row.Problem) = ((int)ImportState.Open, null);
            if (stopped is null)
            {
                context.Imports.Add(row);
            }

            await context.SaveChangesAsync(cancellationToken);
            return (ToImport(row), null);
        }, cancellationToken);
    }

    /// <summary>Ends one that is open, or opens one that ended before its time.</summary>
    public Task SetStateAsync(long id, ImportState state, string? problem = null, CancellationToken cancellationToken = default) => database.WriteAsync(
        context => context.Imports.Where(row => row.Id == id).ExecuteUpdateAsync(set => set.SetProperty(row => row.State, (int)state).SetProperty(row => row.Problem, problem), cancellationToken),
        cancellationToken);

    /// <summary>Takes one off the list; its pictures stay.</summary>
    public Task RemoveAsync(long id, CancellationToken cancellationToken = default) =>
        database.WriteAsync(context => context.Imports.Where(row => row.Id == id && row.State != (int)ImportState.Open).ExecuteDeleteAsync(cancellationToken), cancellationToken);

    internal Task SetTotalAsync(long id, int total, CancellationToken cancellationToken) =>
        database.WriteAsync(context => context.Imports.Where(row => row.Id == id).ExecuteUpdateAsync(set => set.SetProperty(row => row.Total, total), cancellationToken), cancellationToken);

    private static FolderImport ToImport(ImportRow row) => new(row.Id, row.Folder, row.Copies, row.Owner, (ImportState)row.State, DateTimeOffset.FromUnixTimeMilliseconds(row.StartedAt))
    {
        Total = row.Total,
        Seen = row.Seen,
        Added = row.Added,
        Known = row.Known,
        Unreadable = row.Unreadable,
        Problem = row.Problem,
        Cursor = row.Cursor,
    };

    private string? Problem(string path)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            return "Name a folder.";
        }

        if (!Path.IsPathFullyQualified(path))
        {
            return "Write the whole path of the folder, from the drive or the root on.";
        }

        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        return Path.GetPathRoot(full) == full ? "This is a whole drive. Name the folder in which the pictures lie."
            : File.Exists(full) ? "This is a file. Name the folder it lies in."
            : !Directory.Exists(full) ? "There is no such folder on the machine that SdStudio runs on."
            : IsWithin(full, paths.Root) || IsWithin(paths.Root, full) ? "This folder holds the studio's own pictures, or lies among them. They are in the gallery already."
            : null;
    }

    private static bool IsWithin(string inner, string outer) =>
        inner == outer || inner.StartsWith(Path.TrimEndingDirectorySeparator(outer) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
