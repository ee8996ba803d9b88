using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using SdStudio.Storage.Data;
using SdStudio.Storage.Gallery;
using static SdStudio.Storage.Tests.TemporaryStudio;

namespace SdStudio.Storage.Tests.Data;

public sealed class StudioDatabaseTests
{
    [Fact]
    public async Task MigrateAsync_Model_NeedsNoFurtherMigration()
    {
        using TemporaryStudio studio = await CreateAsync();

        Assert.False(await studio.Database.ReadAsync(context => Task.FromResult(context.Database.HasPendingModelChanges()), default));
    }

    [Fact]
    public async Task MigrateAsync_Again_KeepsTheStudiosId()
    {
        using TemporaryStudio studio = await CreateAsync();
        Guid id = studio.Database.StudioId;

        await studio.RestartAsync();

        Assert.Equal(id, studio.Database.StudioId);
        Assert.NotEqual(Guid.Empty, id);
    }

    [Fact]
    public async Task MigrateAsync_AfterOneThatWasKilled_DoesNotWaitForItsLock()
    {
        string folder = Directory.CreateTempSubdirectory("sdstudio-").FullName;
        try
        {
            await using (SqliteConnection connection = new($"Data Source={Path.Combine(folder, "studio.db")};Pooling=False"))
            {
                await connection.OpenAsync();
                await using SqliteCommand command = connection.CreateCommand();
                command.CommandText = """
                    CREATE TABLE "__EFMigrationsLock" ("Id" INTEGER NOT NULL PRIMARY KEY, "Timestamp" TEXT NOT NULL);
                    INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-11-23 16:40:12');
                    """;
                await command.ExecuteNonQueryAsync();
            }

            using StudioDatabase database = new(new GalleryPaths(folder));
            await database.MigrateAsync().WaitAsync(TimeSpan.FromMinutes(1));

            Assert.NotEqual(Guid.Empty, database.StudioId);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("journal_mode", "wal")]
    [InlineData("synchronous", "2")]
    [InlineData("foreign_keys", "1")]
    [InlineData("busy_timeout", "5000")]
    public async Task Connection_Pragma_IsSet(string pragma, string expected)
    {
        using TemporaryStudio studio = await CreateAsync();

        List<string> values = await studio.Database.ReadRowsAsync($"PRAGMA {pragma}", [], row => row.GetValue(0).ToString()!, default);

        Assert.Equal([expected], values);
    }

    [Fact]
    public async Task WriteAsync_Failure_LeavesNothingAndLetsTheNextIn()
    {
        using TemporaryStudio studio = await CreateAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => studio.Database.WriteAsync<int>(async context =>
        {
            context.LeftoverFiles.Add(new LeftoverFileRow { File = "a.png" });
            await context.SaveChangesAsync();
            throw new InvalidOperationException("in the middle");
        }, default));

        Assert.Equal(0, await studio.Database.WriteAsync(context => context.LeftoverFiles.CountAsync(), default));
    }
}
