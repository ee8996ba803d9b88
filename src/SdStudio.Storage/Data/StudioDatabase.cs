using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using SdStudio.Storage.Gallery;

namespace SdStudio.Storage.Data;

/// <summary>The SQLite file <c>studio.db</c>: many readers, one writer at a time.</summary>
public sealed class StudioDatabase : IDisposable
{
    private readonly PooledDbContextFactory<StudioDbContext> _contexts;
    private readonly SemaphoreSlim _writer = new(1, 1);
    private readonly string _connectionString;

    public StudioDatabase(GalleryPaths paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        Directory.CreateDirectory(paths.Root);
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = FileIn(paths.Root),
            ForeignKeys = true,
        }.ToString();

        _contexts = new PooledDbContextFactory<StudioDbContext>(new DbContextOptionsBuilder<StudioDbContext>()
            // A list of ids goes in as one parameter: SQLite takes 32,766 at most, and a selection may be the whole gallery.
            .UseSqlite(_connectionString, sqlite => sqlite.UseParameterizedCollectionMode(ParameterTranslationMode.Parameter))
            .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking)
            .AddInterceptors(new ConnectionPragmas())
            .Options);
    }

    /// <summary>The file in the folder that keeps everything.</summary>
    internal static string FileIn(string root) => Path.Combine(root, "studio.db");

    /// <summary>Random id of this database, which stands in every PNG it recorded.</summary>
    internal Guid StudioId { get; private set; }

    /// <summary>Creates the file or brings it up to date. Before anything else is asked.</summary>
    /// <exception cref="DamagedDatabaseException">The file is no database, or cannot be read any more.</exception>
    public async Task MigrateAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await BringUpToDateAsync(cancellationToken);
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode is SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_NOTADB)
        {
            throw new DamagedDatabaseException(new SqliteConnectionStringBuilder(_connectionString).DataSource, exception);
        }
    }

    private async Task BringUpToDateAsync(CancellationToken cancellationToken)
    {
        await using StudioDbContext context = await _contexts.CreateDbContextAsync(cancellationToken);
        if ((await context.Database.GetPendingMigrationsAsync(cancellationToken)).Any())
        {
            // Whoever is killed while migrating leaves EF's lock behind, and the next start would wait for it for ever.
            // One program owns this folder, so the lock is never that of another.
            await context.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\";", cancellationToken);
            await context.Database.MigrateAsync(cancellationToken);
        }

        // EF creates a new file in this mode; a file restored by another tool may have lost it.
        await context.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=WAL;", cancellationToken);

        StudioRow? studio = await context.Studio.FirstOrDefaultAsync(cancellationToken);
        if (studio is null)
        {
            studio = new StudioRow { Id = Guid.NewGuid() };
            context.Studio.Add(studio);
            await context.SaveChangesAsync(cancellationToken);
        }

        StudioId = studio.Id;
    }

    internal async Task<T> ReadAsync<T>(Func<StudioDbContext, Task<T>> read, CancellationToken cancellationToken)
    {
        await using StudioDbContext context = await _contexts.CreateDbContextAsync(cancellationToken);
        return await read(context);
    }

    /// <summary>Rows of a query written by hand.</summary>
    internal Task<List<T>> ReadRowsAsync<T>(string sql, IEnumerable<SqliteParameter> parameters, Func<DbDataReader, T> read, CancellationToken cancellationToken) =>
        ReadAsync(async context =>
        {
            await context.Database.OpenConnectionAsync(cancellationToken);
            await using DbCommand command = context.Database.GetDbConnection().CreateCommand();
#pragma warning disable CA2100 // Built of constants; values are parameters.
            command.CommandText = sql;
#pragma warning restore CA2100
            foreach (SqliteParameter parameter in parameters)
            {
                command.Parameters.Add(parameter);
            }

            var rows = new List<T>();
            await using DbDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                rows.Add(read(reader));
            }

            return rows;
        }, cancellationToken);

    /// <summary>One transaction; others wait here rather than inside SQLite, which would block their threads.</summary>
    internal async Task<T> WriteAsync<T>(Func<StudioDbContext, Task<T>> write, CancellationToken cancellationToken)
    {
        await _writer.WaitAsync(cancellationToken);
        try
        {
            await using StudioDbContext context = await _contexts.CreateDbContextAsync(cancellationToken);
            await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
            T result = await write(context);
            await transaction.CommitAsync(cancellationToken);
            return result;
        }
        finally
        {
            _writer.Release();
        }
    }

    public void Dispose()
    {
        // Closes the pooled connections, so that the file can be moved or deleted at once.
        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
        _writer.Dispose();
    }
}
