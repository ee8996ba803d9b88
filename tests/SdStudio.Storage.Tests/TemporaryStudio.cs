using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SdStudio.Diffusion;
using SdStudio.Diffusion.Imaging;
using SdStudio.Storage.Data;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Jobs;
using SdStudio.Storage.Plots;
using SdStudio.Storage.Sharing;

namespace SdStudio.Storage.Tests;

/// <summary>A real database and real files in a folder of its own.</summary>
internal sealed class TemporaryStudio : IDisposable
{
    private TemporaryStudio(string root)
    {
        Root = root;
        Open();
    }

    public string Root { get; }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 23, 16, 40, 12, TimeSpan.Zero));

    public StudioDatabase Database { get; private set; } = null!;

    public GalleryStore Gallery { get; private set; } = null!;

    public JobStore Jobs { get; private set; } = null!;

    public ShareLinkStore Links { get; private set; } = null!;

    public PlotStore Plots { get; private set; } = null!;

    public PlotGridFiles Grids { get; private set; } = null!;

    public string Pictures => Path.Combine(Root, "pictures");

    public static async Task<TemporaryStudio> CreateAsync()
    {
        var studio = new TemporaryStudio(Directory.CreateTempSubdirectory("sdstudio-").FullName);
        await studio.Database.MigrateAsync();
        return studio;
    }

    public static ImageRecipe Recipe(string prompt = "a beach", long seed = 1) =>
        new() { Prompt = prompt, Checkpoint = "postcard", Width = 32, Height = 24, Seed = seed };

    public static RgbImage Pixels(int width = 32, int height = 24, int seed = 1)
    {
        byte[] pixels = new byte[width * height * 3];
        new System.Random(seed).NextBytes(pixels);
        return new RgbImage(width, height, pixels);
    }

    public NewImage NewImage(long jobId, ImageRecipe? recipe = null, long? parentId = null, string owner = "me") => new(
        jobId, recipe ?? Recipe(), Pixels(seed: (int)jobId), Time.GetUtcNow(), TimeSpan.FromSeconds(1.5), owner, parentId, null, []);

    public Task<GalleryImage> AddAsync(long jobId, ImageRecipe? recipe = null, long? parentId = null, string owner = "me") =>
        Gallery.AddAsync(NewImage(jobId, recipe, parentId, owner));

    /// <summary>Closes everything and starts anew on the same folder, as after a crash.</summary>
    public async Task<RecoveryReport> RestartAsync()
    {
        Close();
        Open();
        await Database.MigrateAsync();
        return await Gallery.RecoverAsync();
    }

    public void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(Root, "studio.db")};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public string[] AllFiles() => [.. Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/')).Where(path => !path.StartsWith("studio.db", StringComparison.Ordinal)).Order()];

    public void Dispose()
    {
        Close();
        Directory.Delete(Root, recursive: true);
    }

    private void Open()
    {
        var paths = new GalleryPaths(Root);
        Database = new StudioDatabase(paths);
        Gallery = new GalleryStore(Database, paths, Time, NullLogger<GalleryStore>.Instance);
        Jobs = new JobStore(Database, Time);
        Links = new ShareLinkStore(Database, Time);
        Plots = new PlotStore(Database, Time);
        Grids = new PlotGridFiles(paths, Gallery, Plots);
    }

    private void Close()
    {
        Grids.Dispose();
        Gallery.Dispose();
        Database.Dispose();
    }
}
