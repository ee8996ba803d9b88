using Microsoft.EntityFrameworkCore;
using SdStudio.Storage.Data;
using SdStudio.Storage.Jobs;
using SdStudio.Storage.Metadata;

namespace SdStudio.Storage.Plots;

/// <summary>
/// The plots of record. A cell leaves the list of those to be made in the same transaction that stores its job, and its picture's row names the
/// cell: whenever the program is killed, every cell is still to be made, in the queue, or there. None is made twice or forgotten.
/// </summary>
public sealed class PlotStore(StudioDatabase database, TimeProvider time)
{
    /// <summary>Raised when a plot began, changed its state, lost a cell, or was deleted; on any thread.</summary>
    public event Action<long>? Changed;

    public async Task<Plot> AddAsync(PlotDefinition definition, string owner, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentException.ThrowIfNullOrEmpty(owner);
        ArgumentOutOfRangeException.ThrowIfEqual(definition.IsSound, false, nameof(definition));
        PlotRow row = new()
        {
            Owner = owner,
            CreatedAt = time.GetUtcNow().ToUnixTimeMilliseconds(),
            State = (int)PlotState.Running,
            Definition = PlotJson.Write(definition),
            Remaining = PlotJson.Write(definition.Order()),
            Failures = "{}",
        };
        await database.WriteAsync(context =>
        {
            context.Plots.Add(row);
            return context.SaveChangesAsync(cancellationToken);
        }, cancellationToken);
        Changed?.Invoke(row.Id);
        return ToPlot(row)!;
    }

    /// <returns>Null where there is none, or a newer version wrote it.</returns>
    public async Task<Plot?> FindAsync(long id, CancellationToken cancellationToken = default) =>
        await database.ReadAsync(context => context.Plots.FirstOrDefaultAsync(plot => plot.Id == id, cancellationToken), cancellationToken) is { } row ? ToPlot(row) : null;

    /// <summary>The newest first.</summary>
    public async Task<IReadOnlyList<Plot>> ListAsync(int limit, CancellationToken cancellationToken = default)
    {
        List<PlotRow> rows = await database.ReadAsync(context => context.Plots.OrderByDescending(plot => plot.Id).Take(limit).ToListAsync(cancellationToken), cancellationToken);
        return [.. rows.Select(ToPlot).OfType<Plot>()];
    }

    /// <summary>All that are being made or wait for it, the oldest first.</summary>
    public async Task<IReadOnlyList<Plot>> UnfinishedAsync(CancellationToken cancellationToken = default)
    {
        List<PlotRow> rows = await database.ReadAsync(
            context => context.Plots.Where(plot => plot.State == (int)PlotState.Running).OrderBy(plot => plot.Id).ToListAsync(cancellationToken), cancellationToken);
        return [.. rows.Select(ToPlot).OfType<Plot>()];
    }

    /// <summary>The pictures that there are, by cell: of two in one cell the newer. What was deleted or lies in the trash is not among them.</summary>
    public async Task<IReadOnlyDictionary<int, PlotPicture>> PicturesAsync(long id, CancellationToken cancellationToken = default)
    {
        var rows = await database.ReadAsync(
            context => context.Pictures
                .Where(picture => picture.PlotId == id && picture.PlotCell != null && picture.TrashedAt == null && !picture.IsMissing)
                .OrderBy(picture => picture.Id)
                .Select(picture => new { Cell = picture.PlotCell!.Value, picture.Id, picture.Width, picture.Height, picture.CreatedAt })
                .ToListAsync(cancellationToken),
            cancellationToken);
        Dictionary<int, PlotPicture> pictures = [];
        foreach (var row in rows)
        {
            pictures[row.Cell] = new PlotPicture(row.Cell, row.Id, row.Width, row.Height, DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt));
        }

        return pictures;
    }

    /// <summary>Stores a job for the next cell.</summary>
    /// <returns>Null where no cell is left, or the plot is not being made.</returns>
    public Task<StoredJob?> HandOutAsync(long id, CancellationToken cancellationToken = default) => database.WriteAsync(async context =>
    {
        PlotRow? plot = await context.Plots.AsTracking().FirstOrDefaultAsync(plot => plot.Id == id && plot.State == (int)PlotState.Running, cancellationToken);
        if (plot is null || PlotJson.ReadCells(plot.Remaining) is not [var cell, .. var later] || PlotJson.TryRead(plot.Definition) is not { } definition)
        {
            return null;
        }

        double last = await context.Jobs.MaxAsync(job => (double?)job.Place, cancellationToken) ?? 0;
        JobRow job = new()
        {
            Owner = plot.Owner,
            EnqueuedAt = time.GetUtcNow().ToUnixTimeMilliseconds(),
            Place = Math.Floor(last) + 1,
            Recipe = RecipeJson.Write(definition.RecipeOf(cell)),
            PlotId = id,
            PlotCell = cell,
        };
        context.Jobs.Add(job);
        plot.Remaining = PlotJson.Write(later);
        await context.SaveChangesAsync(cancellationToken);
        return JobStore.ToJob(job);
    }, cancellationToken);

    /// <summary>Remembers why a cell has no picture.</summary>
    public async Task FailAsync(PlotCell cell, string reason, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(cell);
        await ChangeAsync(cell.Plot, row => row.Failures = PlotJson.Write(PlotJson.ReadFailures(row.Failures).SetItem(cell.Index, reason)), cancellationToken);
    }

    /// <summary>Every cell was tried.</summary>
    public Task FinishAsync(long id, CancellationToken cancellationToken = default) => ChangeAsync(
        id,
        row => row.State = row.State == (int)PlotState.Running && PlotJson.ReadCells(row.Remaining).Length == 0 ? (int)PlotState.Done : row.State,
        cancellationToken);

    /// <summary>Ends the making; the jobs of its cells leave the stored queue with it, so that a restart makes none of them.</summary>
    public async Task StopAsync(long id, CancellationToken cancellationToken = default)
    {
        await database.WriteAsync(async context =>
        {
            await context.Jobs.Where(job => job.PlotId == id).ExecuteDeleteAsync(cancellationToken);
            return await context.Plots.Where(plot => plot.Id == id && plot.State == (int)PlotState.Running)
                .ExecuteUpdateAsync(set => set.SetProperty(plot => plot.State, (int)PlotState.Stopped), cancellationToken);
        }, cancellationToken);
        Changed?.Invoke(id);
    }

    /// <summary>Makes the cells that have no picture, be it that they were not reached, failed, or were deleted.</summary>
    /// <returns>How many that are; nothing happens to a plot that is being made.</returns>
    public async Task<int> ContinueAsync(long id, CancellationToken cancellationToken = default)
    {
        IReadOnlyDictionary<int, PlotPicture> made = await PicturesAsync(id, cancellationToken);
        int missing = 0;
        await ChangeAsync(id, row =>
        {
            if (row.State == (int)PlotState.Running || PlotJson.TryRead(row.Definition) is not { } definition)
            {
                return;
            }

            int[] cells = [.. definition.Order().Where(cell => !made.ContainsKey(cell))];
            missing = cells.Length;
            if (missing > 0)
            {
                (row.Remaining, row.Failures, row.State) = (PlotJson.Write(cells), "{}", (int)PlotState.Running);
            }
        }, cancellationToken);
        return missing;
    }

    /// <summary>Forgets a plot; its pictures stay in the gallery.</summary>
    public async Task DeleteAsync(long id, CancellationToken cancellationToken = default)
    {
        await database.WriteAsync(async context =>
        {
            await context.Jobs.Where(job => job.PlotId == id).ExecuteDeleteAsync(cancellationToken);
            await context.Pictures.Where(picture => picture.PlotId == id).ExecuteUpdateAsync(
                set => set.SetProperty(picture => picture.PlotId, (long?)null).SetProperty(picture => picture.PlotCell, (int?)null), cancellationToken);
            return await context.Plots.Where(plot => plot.Id == id).ExecuteDeleteAsync(cancellationToken);
        }, cancellationToken);
        Changed?.Invoke(id);
    }

    private async Task ChangeAsync(long id, Action<PlotRow> change, CancellationToken cancellationToken)
    {
        await database.WriteAsync(async context =>
        {
            if (await context.Plots.AsTracking().FirstOrDefaultAsync(plot => plot.Id == id, cancellationToken) is { } row)
            {
                change(row);
            }

            return await context.SaveChangesAsync(cancellationToken);
        }, cancellationToken);
        Changed?.Invoke(id);
    }

    private static Plot? ToPlot(PlotRow row) => PlotJson.TryRead(row.Definition) is { } definition
        ? new Plot(row.Id, row.Owner, DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt), (PlotState)row.State, definition, PlotJson.ReadFailures(row.Failures))
        : null;
}
