using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using SdStudio.Storage.Data;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Jobs;
using SdStudio.Web.Configuration;
using SdStudio.Web.Generation;

namespace SdStudio.Web.Tests.Generation;

/// <summary>A queue whose jobs nobody makes: the test takes them.</summary>
internal sealed class QueueAlone : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sdstudio-").FullName;
    private readonly StudioDatabase _database;
    private readonly GenerationQueue _queue;
    private int _waiting;

    private QueueAlone(int mostOvertaken)
    {
        _database = new StudioDatabase(new GalleryPaths(_folder));
        JobStore jobs = new(_database, TimeProvider.System);
        _queue = new GenerationQueue(
            jobs, new QueueLedger(jobs, NullLogger<QueueLedger>.Instance), new PictureTimes(), Options.Create(new GenerationOptions { MostOvertaken = mostOvertaken }), TimeProvider.System,
            NullLogger<GenerationQueue>.Instance);
    }

    public static async Task<QueueAlone> OpenAsync(int mostOvertaken)
    {
        QueueAlone alone = new(mostOvertaken);
        await alone._database.MigrateAsync();
        await alone._queue.ResumeAsync(default);
        return alone;
    }

    public async Task<GenerationJob> AddAsync(string owner, string checkpoint)
    {
        _waiting++;
        return Assert.Single(await _queue.EnqueueAsync(Workshop.Recipe(checkpoint: checkpoint), 1, owner));
    }

    /// <param name="loaded">The model that is loaded all the time; null: that of the job before.</param>
    public List<GenerationJob> TakeAll(string? loaded)
    {
        List<GenerationJob> taken = [];
        for (; _waiting > 0; _waiting--)
        {
            string? now = loaded ?? taken.LastOrDefault()?.Recipe.Checkpoint;
            taken.Add(_queue.Take(job => job.Recipe.Checkpoint == now, default));
            _queue.End(taken[^1], new JobOutcome.Cancelled());
        }

        return taken;
    }

    public ValueTask DisposeAsync()
    {
        _queue.Dispose();
        _database.Dispose();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
