using SdStudio.Diffusion;

namespace SdStudio.Storage.Jobs;

/// <summary>The queue of record: every unfinished job, in SQLite.</summary>
public sealed class JobStore
{
    /// <summary>Adds jobs at the end, all or none.</summary>
    public Task<IReadOnlyList<StoredJob>> AddAsync(IReadOnlyList<ImageRecipe> recipes, string owner, long? parentId, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>All unfinished jobs in order. A job whose picture is already in the gallery is not among them.</summary>
    public Task<IReadOnlyList<StoredJob>> ListAsync(CancellationToken cancellationToken = default) => throw new NotImplementedException();

    public Task MoveAsync(long id, double place, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Forgets jobs: finished, cancelled or failed.</summary>
    public Task RemoveAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken = default) => throw new NotImplementedException();
}
