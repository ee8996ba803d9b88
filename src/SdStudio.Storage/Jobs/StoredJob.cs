using SdStudio.Diffusion;
using SdStudio.Storage.Plots;

namespace SdStudio.Storage.Jobs;

/// <summary>A job that is not finished: what a restart resumes.</summary>
/// <param name="Id">Never used twice.</param>
/// <param name="Place">Order in the queue, smaller is sooner.</param>
public sealed record StoredJob(long Id, ImageRecipe Recipe, string Owner, long? ParentId, DateTimeOffset EnqueuedAt, double Place)
{
    /// <summary>The cell of a plot that it makes; null for a picture on its own.</summary>
    public PlotCell? Plot { get; init; }
}
