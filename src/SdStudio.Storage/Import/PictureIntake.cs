using Microsoft.EntityFrameworkCore;
using SdStudio.Diffusion;
using SdStudio.Storage.Data;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Imaging;

namespace SdStudio.Storage.Import;

/// <summary>Takes pictures from elsewhere into the gallery: each content once, the file first and its row second.</summary>
public sealed class PictureIntake(StudioDatabase database, GalleryPaths paths, GalleryStore gallery, TimeProvider time) : IDisposable
{
    /// <summary>
    /// Pictures that were made before they came get ids by their time, below all others: the gallery's order is that of its ids, so they stand where their
    /// time is, and below what was made here. Milliseconds are worth a thousand ids each.
    /// </summary>
    private const long FirstId = -4_000_000_000_000_000, IdsOfAMillisecond = 1000;

    private readonly ImageFiles _files = new(paths);
    private readonly SemaphoreSlim _taking = new(1, 1);

    /// <summary>Keeps a picture that somebody brought, on top of the gallery. One whose content is here already is found, out of the trash if need be.</summary>
    /// <param name="path">Full path of its file, which is copied.</param>
    /// <param name="recipe">What was understood, with the names its models have here; null: as the file says it.</param>
    /// <param name="owner">The browser that brought it.</param>
    /// <returns>Null for what is no picture.</returns>
    public async Task<(GalleryImage Image, bool IsNew)?> KeepAsync(string path, ImageRecipe? recipe, string owner, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (await Task.Run(() => ForeignPicture.Look(path), cancellationToken) is not { } picture)
        {
            return null;
        }

        picture = picture with { Recipe = recipe ?? picture.Recipe, CreatedAt = time.GetUtcNow() };
        (List<PictureRow> added, List<long> known) = await TakeAsync([picture], copies: true, owner, isNow: true, import: null, cancellationToken);
        if (added is [var row])
        {
            gallery.Tell(row.Id);
            return (row.ToImage(), true);
        }

        await gallery.RestoreAsync(known, cancellationToken);
        return await gallery.FindAsync(known[0], cancellationToken) is { } found ? (found, false) : null;
    }

    public void Dispose() => _taking.Dispose();

    /// <summary>Takes a part of a folder, and writes down how far it is, in one transaction.</summary>
    internal async Task<IReadOnlyList<long>> TakeAsync(IReadOnlyList<ForeignPicture> pictures, FolderImport import, string cursor, int seen, int unreadable, CancellationToken cancellationToken)
    {
        (List<PictureRow> added, _) = await TakeAsync(pictures, import.Copies, import.Owner, isNow: false, (import.Id, cursor, seen, unreadable), cancellationToken);
        return [.. added.Select(row => row.Id)];
    }

    private async Task<(List<PictureRow> Added, List<long> Known)> TakeAsync(
        IReadOnlyList<ForeignPicture> pictures, bool copies, string owner, bool isNow, (long Id, string Cursor, int Seen, int Unreadable)? import, CancellationToken cancellationToken)
    {
        // One at a time: of two that bring the same content one is the first.
        await _taking.WaitAsync(cancellationToken);
        try
        {
            Dictionary<string, long> here = await KnownAsync(pictures, cancellationToken);
            List<long> known = [];
            List<PictureRow> rows = [];
            foreach (ForeignPicture picture in pictures)
            {
                if (here.TryGetValue(picture.Content, out long id))
                {
                    known.Add(id);
                    continue;
                }

                here[picture.Content] = 0;
                PictureRow row = PictureRows.NewRow(picture.Recipe, NameOf(picture, copies), picture.Width, picture.Height, picture.CreatedAt, TimeSpan.Zero);
                (row.Owner, row.Program, row.Content, row.SourcePath) = (owner, picture.Program, picture.Content, copies ? null : picture.Path);
                if (copies)
                {
                    await CopyAsync(picture.Path, _files.PicturePath(row.File), cancellationToken);
                }

                rows.Add(row);
            }

            await database.WriteAsync(async context =>
            {
                if (!isNow)
                {
                    await GiveIdsAsync(context, rows, cancellationToken);
                }

                context.Pictures.AddRange(rows);
                await context.SaveChangesAsync(cancellationToken);
                return import is not var (id, cursor, seen, unreadable) ? 0 : await context.Imports.Where(row => row.Id == id).ExecuteUpdateAsync(
                    set => set.SetProperty(row => row.Cursor, cursor)
                        .SetProperty(row => row.Seen, row => row.Seen + seen)
                        .SetProperty(row => row.Added, row => row.Added + rows.Count)
                        .SetProperty(row => row.Known, row => row.Known + known.Count)
                        .SetProperty(row => row.Unreadable, row => row.Unreadable + unreadable),
                    cancellationToken);
            }, cancellationToken);
            return (rows, known);
        }
        finally
        {
            _taking.Release();
        }
    }

    /// <summary>Which of them are here: by their content, or, of pictures that this studio made, by the job that stands in them.</summary>
    private async Task<Dictionary<string, long>> KnownAsync(IReadOnlyList<ForeignPicture> pictures, CancellationToken cancellationToken)
    {
        string[] contents = [.. pictures.Select(picture => picture.Content)];
        long[] jobs = [.. pictures.Where(picture => picture.Own?.Studio == database.StudioId).Select(picture => picture.Own!.Value.Job)];
        return await database.ReadAsync(async context =>
        {
            var known = (await context.Pictures.Where(row => contents.Contains(row.Content)).Select(row => new { row.Content, row.Id }).ToListAsync(cancellationToken))
                .GroupBy(row => row.Content!, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First().Id, StringComparer.Ordinal);
            Dictionary<long, long> made = jobs.Length == 0 ? []
                : await context.Pictures.Where(row => row.JobId != null && jobs.Contains(row.JobId.Value)).ToDictionaryAsync(row => row.JobId!.Value, row => row.Id, cancellationToken);
            foreach (ForeignPicture picture in pictures.Where(picture => picture.Own?.Studio == database.StudioId && made.ContainsKey(picture.Own!.Value.Job)))
            {
                known.TryAdd(picture.Content, made[picture.Own!.Value.Job]);
            }

            return known;
        }, cancellationToken);
    }

    private static async Task GiveIdsAsync(StudioDbContext context, List<PictureRow> rows, CancellationToken cancellationToken)
    {
        var taken = new HashSet<long>();
        foreach (PictureRow row in rows)
        {
            // As many within one millisecond as there are ids for it; after that the next.
            for (long millisecond = row.CreatedAt; row.Id == 0; millisecond++)
            {
                long first = FirstId + (millisecond * IdsOfAMillisecond), end = first + IdsOfAMillisecond;
                long last = await context.Pictures.Where(other => other.Id >= first && other.Id < end).MaxAsync(other => (long?)other.Id, cancellationToken) ?? first - 1;
                long id = last + 1;
                while (taken.Contains(id))
                {
                    id++;
                }

                row.Id = id < end && taken.Add(id) ? id : 0;
            }
        }
    }

    private static string NameOf(ForeignPicture picture, bool copies) => copies
        ? string.Create(null, $"{ImageFiles.Foreign}{picture.CreatedAt.UtcDateTime:yyyy'/'MM'/'yyyy-MM-dd_HH-mm-ss}_{picture.Content[..16]}{picture.Format.Extension()}")
        : $"linked/{picture.Content[..2]}/{picture.Content[..32]}{picture.Format.Extension()}";

    /// <summary>Whole or not there, like every picture: a temporary name, flushed, moved.</summary>
    private static async Task CopyAsync(string from, string to, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        string temporary = to + ".tmp";
        try
        {
            await using (FileStream source = new(from, new FileStreamOptions { Share = FileShare.ReadWrite | FileShare.Delete, Options = FileOptions.Asynchronous | FileOptions.SequentialScan }))
            await using (FileStream target = new(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous))
            {
                await source.CopyToAsync(target, 128 * 1024, cancellationToken);
                target.Flush(flushToDisk: true);
            }

            File.Move(temporary, to, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
