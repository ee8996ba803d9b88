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
    private readonly PictureTimes _times = new();
    private int _waiting;
    private string? _last;

    private QueueAlone(int mostOvertaken)
    {
        _database = new StudioDatabase(new GalleryPaths(_folder));
        JobStore jobs = new(_database, TimeProvider.System);
        _queue = new GenerationQueue(
            jobs, new QueueLedger(jobs, NullLogger<QueueLedger>.Instance), _times, Options.Create(new GenerationOptions { MostOvertaken = mostOvertaken }), TimeProvider.System,
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

    /// <summary>How long pictures of a model take.</summary>
    public void Measure(string checkpoint, TimeSpan step) => _times.Record(Workshop.Recipe(checkpoint: checkpoint), step, TimeSpan.Zero);

    public TimeSpan? TimeUntilDone(GenerationJob job) => _queue.TimeUntilDone(job);

    /// <param name="loaded">The model that is loaded; null: that of the job before.</param>
    public GenerationJob Take(string? loaded)
    {
        string? now = loaded ?? _last;
        GenerationJob taken = _queue.Take(job => job.Recipe.Checkpoint == now, default);
        _queue.End(taken, new JobOutcome.Cancelled());
        _waiting--;
        _last = taken.Recipe.Checkpoint;
        return taken;
    }

    /// <param name="loaded">The model that is loaded all the time; null: that of the job before.</param>
    public List<GenerationJob> TakeAll(string? loaded)
    {
        List<GenerationJob> taken = [];
        while (_waiting > 0)
        {
            taken.Add(Take(loaded));
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
