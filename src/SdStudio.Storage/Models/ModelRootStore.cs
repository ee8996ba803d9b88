using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using SdStudio.Storage.Data;

namespace SdStudio.Storage.Models;

/// <summary>The folders in which models are looked for: those of the settings, and those added while the program runs.</summary>
public sealed class ModelRootStore(StudioDatabase database, IReadOnlyList<string> configured)
{
    private const int MostRoots = 100;

    /// <summary>Full paths of those of the settings.</summary>
    internal IReadOnlyList<string> Configured => configured;

    /// <summary>Those that were added, for another program than the one that keeps them, which may be running: nothing is created or changed.</summary>
    /// <param name="dataFolder">Full path of the folder that keeps everything.</param>
    /// <returns>As they were added; empty where nothing was ever kept.</returns>
    /// <exception cref="IOException">There is a database, and it cannot be read.</exception>
    public static IReadOnlyList<string> ReadAdded(string dataFolder)
    {
        string file = StudioDatabase.FileIn(dataFolder);
        if (!File.Exists(file))
        {
            return [];
        }

        try
        {
            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
            connection.Open();
            // A database of an earlier version has no such table.
            return Rows(connection, "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'ModelRoots'").Count == 0 ? [] : Rows(connection, "SELECT Path FROM ModelRoots ORDER BY Id");
        }
        catch (SqliteException exception)
        {
            throw new IOException($"The folders that were added to SdStudio cannot be read from {file}: {exception.Message} Name the folders with --models.", exception);
        }
    }

    /// <summary>Raised when a folder was added or removed; on any thread. The next scan looks there.</summary>
    public event Action? Changed;

    /// <summary>Those of the settings first, then the others as they were added.</summary>
    public async Task<IReadOnlyList<ModelRoot>> ListAsync(CancellationToken cancellationToken = default)
    {
        IReadOnlyList<string> paths = await PathsAsync(cancellationToken);
        return [.. paths.Select((path, place) => new ModelRoot(path, ProgramOf(path), place < configured.Count, Directory.Exists(path)))];
    }

    /// <summary>Adds a folder of models, or the folder of another program.</summary>
    /// <param name="path">As somebody typed it; a full path.</param>
    /// <returns>What is wrong with it, for the field; null when it was added.</returns>
    public async Task<string?> AddAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        string typed = path.Trim().Trim('"');
        if (Problem(typed) is { } problem)
        {
            return problem;
        }

        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(typed));
        IReadOnlyList<string> known = await PathsAsync(cancellationToken);
        if (known.Contains(full, StringComparer.Ordinal))
        {
            return "This folder is on the list already.";
        }

        if (known.Count >= MostRoots)
        {
            return $"There are {MostRoots} folders already. Name one above several of them instead.";
        }

        await database.WriteAsync(context =>
        {
            context.ModelRoots.Add(new ModelRootRow { Path = full });
            return context.SaveChangesAsync(cancellationToken);
        }, cancellationToken);
        Changed?.Invoke();
        return null;
    }

    /// <summary>Takes an added folder off the list; nothing in it is touched.</summary>
    /// <returns>False for one that was not added, such as one of the settings.</returns>
    public async Task<bool> RemoveAsync(string path, CancellationToken cancellationToken = default)
    {
        int removed = await database.WriteAsync(
            context => context.ModelRoots.Where(row => row.Path == path).ExecuteDeleteAsync(cancellationToken), cancellationToken);
        if (removed > 0)
        {
            Changed?.Invoke();
        }

        return removed > 0;
    }

    /// <summary>Full paths, each once, those of the settings first.</summary>
    internal async Task<IReadOnlyList<string>> PathsAsync(CancellationToken cancellationToken)
    {
        List<string> added = await database.ReadAsync(
            context => context.ModelRoots.OrderBy(row => row.Id).Select(row => row.Path).ToListAsync(cancellationToken), cancellationToken);
        return [.. configured, .. added.Except(configured, StringComparer.Ordinal)];
    }

    private static List<string> Rows(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants.
        command.CommandText = sql;
#pragma warning restore CA2100
        using SqliteDataReader reader = command.ExecuteReader();
        List<string> rows = [];
        while (reader.Read())
        {
            rows.Add(reader.GetString(0));
        }

        return rows;
    }

    private static string? Problem(string path)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            return "Name a folder.";
        }

        if (!Path.IsPathFullyQualified(path))
        {
            return "Write the whole path of the folder, from the drive or the root on.";
        }

        string full = Path.GetFullPath(path);
        return Path.GetPathRoot(full) == full ? "This is a whole drive. Name the folder in which the models lie."
            : File.Exists(full) ? "This is a file. Name the folder it lies in."
            : !Directory.Exists(full) ? "There is no such folder on the machine that SdStudio runs on."
            : null;
    }

    private static string? ProgramOf(string path)
    {
        ProgramLayout.Expand(path, out string? program);
        return program;
    }
}
