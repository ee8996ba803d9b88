using SdStudio.Diffusion;
using SdStudio.Storage.Jobs;

namespace SdStudio.Web.Generation;

/// <content>The ways in.</content>
public sealed partial class GenerationQueue
{
    /// <summary>Adds pictures at the end: recipe, then the same with seed + 1, + 2 ... Stored before this returns.</summary>
    /// <returns>The jobs; empty when the queue is full.</returns>
    public Task<IReadOnlyList<GenerationJob>> EnqueueAsync(ImageRecipe recipe, int pictures, string owner, long? parentId = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pictures);
        return EnqueueAsync([.. Enumerable.Range(0, pictures).Select(recipe.InBatch)], owner, parentId, cancellationToken);
    }

    /// <summary>Adds pictures at the end, each with a recipe of its own. Stored before this returns.</summary>
    /// <returns>The jobs; empty when the queue is full.</returns>
    public async Task<IReadOnlyList<GenerationJob>> EnqueueAsync(IReadOnlyList<ImageRecipe> recipes, string owner, long? parentId = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(recipes);
        ArgumentOutOfRangeException.ThrowIfZero(recipes.Count);
        ArgumentException.ThrowIfNullOrEmpty(owner);

        int pictures = recipes.Count;
        await _resumed.Task.WaitAsync(cancellationToken);
        lock (_gate)
        {
            if (_waiting.Count + _reserved + pictures > _capacity)
            {
                return [];
            }

            _reserved += pictures;
        }

        List<GenerationJob> jobs = [];
        try
        {
            // From here on it is done or not done; a page that closes meanwhile must not leave stored jobs that nobody knows.
            jobs.AddRange((await _store.AddAsync(recipes, owner, parentId, CancellationToken.None)).Select(NewJob));
        }
        finally
        {
            lock (_gate)
            {
                _reserved -= pictures;
                _waiting.AddRange(jobs);
                Arrange();
            }
        }

        _available.Release(jobs.Count);
        _listeners.Signal();
        return jobs;
    }

    /// <summary>Adds a picture that is made to be looked at once and goes into no gallery: its outcome brings the pixels. It is not stored: who asks is gone after a restart.</summary>
    /// <returns>Null when the queue is full.</returns>
    public async Task<GenerationJob?> EnqueueUnkeptAsync(ImageRecipe recipe, string owner, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentException.ThrowIfNullOrEmpty(owner);

        await _resumed.Task.WaitAsync(cancellationToken);
        GenerationJob job;
        lock (_gate)
        {
            if (_waiting.Count + _reserved + 1 > _capacity)
            {
                return null;
            }

            // Behind all that wait, before the next that is stored, whose place is the next whole number.
            double place = _waiting.Count == 0 ? UnkeptStep : _waiting[^1].Place + UnkeptStep;
            job = new GenerationJob(new StoredJob(--_lastUnkept, recipe, owner, null, _time.GetUtcNow(), place), isKept: false, Cancel, _time, _logger);
            _waiting.Add(job);
            Arrange();
        }

        _available.Release();
        _listeners.Signal();
        return job;
    }

    /// <summary>Takes in a job that its maker stores, whatever the capacity: makers of many hand out a few at a time.</summary>
    /// <param name="store">Stores it; null where there is none.</param>
    internal async Task<GenerationJob?> AddStoredAsync(Func<Task<StoredJob?>> store, CancellationToken cancellationToken)
    {
        await WhenResumedAsync(cancellationToken);
        if (await store() is not { } stored)
        {
            return null;
        }

        GenerationJob job = NewJob(stored);
        lock (_gate)
        {
            _waiting.Add(job);
            Arrange();
        }

        _available.Release();
        _listeners.Signal();
        return job;
    }
}
