using Microsoft.EntityFrameworkCore;
using SdStudio.Storage.Data;
using SdStudio.Storage.Metadata;

namespace SdStudio.Storage.Gallery;

/// <summary>Brings files and rows together again after a crash, a power cut, or a database that was lost.</summary>
internal sealed class GalleryRecovery(StudioDatabase database, ImageFiles files)
{
    /// <summary>Rows written in one transaction.</summary>
    private const int BatchSize = 500;

    public async Task<(int Adopted, int Missing, int TemporaryFiles)> RunAsync(CancellationToken cancellationToken)
    {
        (_, int temporaryFiles) = files.FinishTemporaryFiles();
        await DeleteLeftoverFilesAsync(cancellationToken);

        Dictionary<string, (long Id, bool IsMissing)> rows = (await database.ReadAsync(
            // What lies elsewhere is looked for when it is asked for: the drive it is on may be slow, and may come and go.
            context => context.Pictures.Where(picture => picture.SourcePath == null).Select(picture => new { picture.Id, picture.File, picture.IsMissing }).ToListAsync(cancellationToken), cancellationToken))
            .ToDictionary(picture => picture.File, picture => (picture.Id, picture.IsMissing), StringComparer.Ordinal);
        HashSet<string> present = [.. files.ListPictures()];

        await SetMissingAsync([.. rows.Where(row => !row.Value.IsMissing && !present.Contains(row.Key)).Select(row => row.Value.Id)], true, cancellationToken);
        await SetMissingAsync([.. rows.Where(row => row.Value.IsMissing && present.Contains(row.Key)).Select(row => row.Value.Id)], false, cancellationToken);
        int adopted = await AdoptAsync(present.Where(file => !rows.ContainsKey(file)), cancellationToken);
        await EndFinishedJobsAsync(cancellationToken);
        return (adopted, rows.Keys.Count(file => !present.Contains(file)), temporaryFiles);
    }

    /// <summary>Deletes the files of purged pictures; one that cannot be deleted now is tried again at the next start.</summary>
    public async Task DeleteLeftoverFilesAsync(CancellationToken cancellationToken)
    {
        List<string> leftovers = await database.ReadAsync(context => context.LeftoverFiles.Select(row => row.File).ToListAsync(cancellationToken), cancellationToken);
        List<string> deleted = [];
        foreach (string file in leftovers)
        {
            try
            {
                files.Delete(file);
                deleted.Add(file);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Its row stays for the next start; meanwhile it must not be taken for a new picture.
            }
        }

        if (deleted.Count > 0)
        {
            await database.WriteAsync(context => context.LeftoverFiles.Where(row => deleted.Contains(row.File)).ExecuteDeleteAsync(cancellationToken), cancellationToken);
        }
    }

    private async Task SetMissingAsync(long[] ids, bool isMissing, CancellationToken cancellationToken)
    {
        if (ids.Length > 0)
        {
            await database.WriteAsync(
                context => context.Pictures.Where(picture => ids.Contains(picture.Id)).ExecuteUpdateAsync(set => set.SetProperty(picture => picture.IsMissing, isMissing), cancellationToken),
                cancellationToken);
        }
    }

    /// <summary>A PNG of ours that has no row is a finished picture: its row is written from what stands in it. Other people's files are left alone.</summary>
    private async Task<int> AdoptAsync(IEnumerable<string> strays, CancellationToken cancellationToken)
    {
        HashSet<string> leftovers = [.. await database.ReadAsync(context => context.LeftoverFiles.Select(row => row.File).ToListAsync(cancellationToken), cancellationToken)];
        var found = strays
            // A copy from elsewhere without a row is one whose import was interrupted, and goes on by itself.
            .Where(file => !leftovers.Contains(file) && !file.StartsWith(ImageFiles.Foreign, StringComparison.Ordinal))
            .Select(file => (File: file, Content: files.ReadRecord(file)))
            .Where(stray => stray.Content is not null)
            .Select(stray => (stray.File, stray.Content!.Value.Record, stray.Content.Value.Width, stray.Content.Value.Height))
            .OrderBy(stray => stray.Record.Created).ThenBy(stray => stray.Record.Job)
            .ToList();

        int adopted = 0;
        foreach (var batch in found.Chunk(BatchSize))
        {
            adopted += await database.WriteAsync(async context =>
            {
                int count = 0;
                foreach ((string file, PictureRecord record, int width, int height) in batch)
                {
                    bool isOurs = record.Studio == database.StudioId;
                    if (isOurs && (await context.Pictures.AnyAsync(picture => picture.JobId == record.Job, cancellationToken)
                        || context.Pictures.Local.Any(picture => picture.JobId == record.Job)))
                    {
                        // A copy that somebody made of a picture in this folder.
                        continue;
                    }

                    PictureRow row = PictureRows.NewRow(record.Recipe, file, width, height, record.Created, record.Duration);
                    row.Trace = TraceJson.Write(record.Trace);
                    row.FilmFrames = files.CountFilmFrames(file, width, height);
                    if (isOurs)
                    {
                        row.JobId = record.Job;
                        JobRow? job = await context.Jobs.FirstOrDefaultAsync(job => job.Id == record.Job, cancellationToken);
                        row.Owner = job?.Owner ?? "";
                        row.ParentId = job?.ParentId;
                        (row.PlotId, row.PlotCell) = (job?.PlotId, job?.PlotCell);
                    }

                    context.Pictures.Add(row);
                    count++;
                }

                await context.SaveChangesAsync(cancellationToken);
                return count;
            }, cancellationToken);
        }

        return adopted;
    }

    /// <summary>
    /// A job whose picture is there is over. And where a database came back from an old copy, its job numbers must begin behind
    /// those that already stand in pictures.
    /// </summary>
    private async Task EndFinishedJobsAsync(CancellationToken cancellationToken) => await database.WriteAsync(async context =>
    {
        await context.Jobs.Where(job => context.Pictures.Any(picture => picture.JobId == job.Id)).ExecuteDeleteAsync(cancellationToken);
        return await context.Database.ExecuteSqlRawAsync(
            """
            INSERT INTO sqlite_sequence (name, seq) SELECT 'Jobs', 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'Jobs');
            UPDATE sqlite_sequence SET seq = max(seq, coalesce((SELECT max(JobId) FROM Pictures), 0)) WHERE name = 'Jobs';
            """,
            cancellationToken);
    }, cancellationToken);
}
