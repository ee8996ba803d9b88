using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace SdStudio.Storage.Data;

/// <summary>Settings that SQLite keeps per connection.</summary>
internal sealed class ConnectionPragmas : DbConnectionInterceptor
{
    // FULL flushes the log at every commit. With NORMAL a power cut may take back the last commits, and then a job that was
    // finished would be run again or a purged picture come back. There are a few writes a second at most, so it costs nothing felt.
    private const string Pragmas =
        "PRAGMA synchronous=FULL; PRAGMA busy_timeout=5000; PRAGMA cache_size=-16000; PRAGMA temp_store=MEMORY; PRAGMA foreign_keys=ON;";

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using DbCommand command = connection.CreateCommand();
        command.CommandText = Pragmas;
        command.ExecuteNonQuery();
    }

    // SQLite has no asynchronous input and output: the asynchronous way is the same work.
    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        ConnectionOpened(connection, eventData);
        return Task.CompletedTask;
    }
}
