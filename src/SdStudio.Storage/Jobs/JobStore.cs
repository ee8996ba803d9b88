using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using SdStudio.Diffusion;
using SdStudio.Storage.Data;
using SdStudio.Storage.Metadata;
using SdStudio.Storage.Plots;

namespace SdStudio.Storage.Jobs;

/// <summary>The queue of record: every unfinished job, in SQLite.</summary>
public sealed class JobStore(StudioDatabase database, TimeProvider time)
{
    /// <summary>Adds jobs at the end, all or none.</summary>
    public async Task<IReadOnlyList<StoredJob>> AddAsync(IReadOnlyList<ImageRecipe> recipes, string owner, long? parentId, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(recipes);
        ArgumentNullException.ThrowIfNull(owner);
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        List<JobRow> rows = await database.WriteAsync(async context =>
        {
            double last = await context.Jobs.MaxAsync(job => (double?)job.Place, cancellationToken) ?? 0;
            List<JobRow> added = [.. recipes.Select((recipe, index) => new JobRow
            {
                Owner = owner,
                ParentId = parentId,
                EnqueuedAt = now,
                Place = Math.Floor(last) + 1 + index,
                Recipe = RecipeJson.Write(recipe),
            })];

            // One by one, so that the numbers follow the order of the recipes.
            foreach (JobRow row in added)
            {
                context.Jobs.Add(row);
                await context.SaveChangesAsync(cancellationToken);
            }

            return added;
        }, cancellationToken);
        return [.. rows.Select(ToJob)];
    }

    /// <summary>
    /// All unfinished jobs in order. A job whose picture is already in the gallery is not among them, nor one whose recipe cannot be
    /// read (a newer version may have written it): that one waits in the database, the others are made.
    /// </summary>
    public async Task<IReadOnlyList<StoredJob>> ListAsync(CancellationToken cancellationToken = default)
    {
        List<JobRow> rows = await database.ReadAsync(
            context => context.Jobs
                .Where(job => !context.Pictures.Any(picture => picture.JobId == job.Id))
                .OrderBy(job => job.Place).ThenBy(job => job.Id)
                .ToListAsync(cancellationToken),
            cancellationToken);
        return [.. rows.Where(IsReadable).Select(ToJob)];
    }

    public async Task MoveAsync(long id, double place, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(double.IsFinite(place), false, nameof(place));
        await database.WriteAsync(
            context => context.Jobs.Where(job => job.Id == id).ExecuteUpdateAsync(set => set.SetProperty(job => job.Place, place), cancellationToken), cancellationToken);
    }

    /// <summary>Forgets jobs: finished, cancelled or failed.</summary>
    public async Task RemoveAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ids);
        await database.WriteAsync(context => context.Jobs.Where(job => ids.Contains(job.Id)).ExecuteDeleteAsync(cancellationToken), cancellationToken);
    }

    internal static StoredJob ToJob(JobRow row) =>
        new(row.Id, RecipeJson.Read(row.Recipe), row.Owner, row.ParentId, DateTimeOffset.FromUnixTimeMilliseconds(row.EnqueuedAt), row.Place)
        {
            Plot = row is { PlotId: { } plot, PlotCell: { } cell } ? new PlotCell(plot, cell) : null,
        };

    private static bool IsReadable(JobRow row)
    {
        try
        {
            RecipeJson.Read(row.Recipe);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
