using SdStudio.Diffusion;

namespace SdStudio.Web.Generation;

/// <summary>All jobs of all browsers: one visible list, one worker. Kept in SQLite, so a restart resumes it.</summary>
public sealed class GenerationQueue
{
    /// <summary>The running job first, then the waiting ones in order; a snapshot.</summary>
    public IReadOnlyList<GenerationJob> Jobs => throw new NotImplementedException();

    /// <summary>The job that runs now.</summary>
    public GenerationJob? Running => throw new NotImplementedException();

    /// <summary>A job of the list, or one that ended in the last minutes.</summary>
    public GenerationJob? Find(long id) => throw new NotImplementedException();

    /// <summary>Adds pictures at the end: recipe, then the same with seed + 1, + 2 ... Stored before this returns.</summary>
    /// <returns>The jobs; empty when the queue is full.</returns>
    public Task<IReadOnlyList<GenerationJob>> EnqueueAsync(ImageRecipe recipe, int pictures, string owner, long? parentId = null, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Ends one of the owner's jobs ("Skip" when it runs). False when it is not theirs or already over.</summary>
    public bool Cancel(long id, string owner) => throw new NotImplementedException();

    /// <summary>Ends all of the owner's jobs: "Stop".</summary>
    public void CancelAll(string owner) => throw new NotImplementedException();

    /// <summary>Moves one of the owner's waiting jobs before or after their next one; others keep their places.</summary>
    public Task<bool> MoveAsync(long id, string owner, int by, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Time until this job's picture is expected; null while nothing was measured yet.</summary>
    public TimeSpan? TimeUntilDone(GenerationJob job) => throw new NotImplementedException();

    /// <summary>Hears when jobs come, go, start, end or change places; on any thread.</summary>
    public IDisposable Subscribe(Action changed) => throw new NotImplementedException();
}
