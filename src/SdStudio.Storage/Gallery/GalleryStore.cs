using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using NetVips;
using SdStudio.Storage.Data;
using SdStudio.Storage.Imaging;
using SdStudio.Storage.Metadata;
using SdStudio.Storage.Metadata.Carriers;
using SdStudio.Storage.Models;

namespace SdStudio.Storage.Gallery;

/// <summary>The pictures: rows, files and thumbnails together.</summary>
public sealed partial class GalleryStore : IDisposable
{
    /// <summary>How long a picture waits in the trash, where nothing else is set.</summary>
    public static readonly TimeSpan TrashLifetime = TimeSpan.FromDays(30);

    /// <summary>More children than this are not told.</summary>
    private const int MostChildren = 500;

    private readonly StudioDatabase _database;
    private readonly ImageFiles _files;
    private readonly ThumbnailMaker _thumbnails;
    private readonly TimeProvider _time;
    private readonly ILogger<GalleryStore> _logger;
    private readonly SemaphoreSlim _adding = new(1, 1);
    private readonly SemaphoreSlim _exporting = new(1, 1);

    public GalleryStore(StudioDatabase database, GalleryPaths paths, TimeProvider time, ILogger<GalleryStore> logger)
    {
        _database = database;
        _files = new ImageFiles(paths);
        _thumbnails = new ThumbnailMaker(_files);
        _time = time;
        _logger = logger;
    }

    /// <summary>Raised after a picture was added, changed, trashed or restored; on any thread.</summary>
    public event Action<long>? Changed;

    /// <summary>Mends what a crash or a power cut left behind. Once, before the queue starts: a picture it finds is not made again.</summary>
    /// <param name="trashLifetime">How long a picture waits in the trash; <see cref="TrashLifetime"/> when null.</param>
    public async Task<RecoveryReport> RecoverAsync(TimeSpan? trashLifetime = null, CancellationToken cancellationToken = default)
    {
        (int adopted, int missing, int temporary) = await new GalleryRecovery(_database, _files).RunAsync(cancellationToken);
        int purged = await PurgeAsync(_time.GetUtcNow() - (trashLifetime ?? TrashLifetime), cancellationToken);
        return new RecoveryReport(adopted, missing, temporary, purged);
    }

    /// <summary>
    /// File first (temporary name, flushed, moved), then the row, then the thumbnails. Adding the same job twice answers with the first picture.
    /// Encoding is work for the calling thread.
    /// </summary>
    public async Task<GalleryImage> AddAsync(NewImage image, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        PictureRow row;

        // One at a time: pictures get their ids in the order in which they were finished, and two tries of one job cannot meet.
        await _adding.WaitAsync(cancellationToken);
        try
        {
            PictureRow? first = await _database.ReadAsync(
                context => context.Pictures.FirstOrDefaultAsync(picture => picture.JobId == image.JobId, cancellationToken), cancellationToken);
            if (first is not null)
            {
                return first.ToImage();
            }

            string file = await WritePictureAsync(image, cancellationToken);
            row = PictureRows.NewRow(image.Recipe, file, image.Pixels.Width, image.Pixels.Height, image.CreatedAt, image.Duration);
            row.JobId = image.JobId;
            row.Owner = image.Owner;
            row.ParentId = image.ParentId;
            (row.PlotId, row.PlotCell) = (image.Plot?.Plot, image.Plot?.Index);
            row.Trace = TraceJson.Write(image.Trace);
            row.FilmFrames = await WriteFilmAsync(image, file, cancellationToken);
            await _database.WriteAsync(async context =>
            {
                context.Pictures.Add(row);
                return await context.SaveChangesAsync(cancellationToken);
            }, cancellationToken);
        }
        finally
        {
            _adding.Release();
        }

        await WriteThumbnailsAsync(image, row.File, cancellationToken);
        Changed?.Invoke(row.Id);
        return row.ToImage();
    }

    public async Task<GalleryImage?> FindAsync(long id, CancellationToken cancellationToken = default)
    {
        PictureRow? row = await _database.ReadAsync(
            context => context.Pictures.FirstOrDefaultAsync(picture => picture.Id == id && !picture.IsMissing, cancellationToken), cancellationToken);
        return row?.ToImage();
    }

    /// <summary>Pictures of these ids, in the order asked for; missing ones are left out.</summary>
    public async Task<IReadOnlyList<GalleryImage>> FindAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ids);
        Dictionary<long, PictureRow> rows = await _database.ReadAsync(
            context => context.Pictures.Where(picture => ids.Contains(picture.Id) && !picture.IsMissing).ToDictionaryAsync(picture => picture.Id, cancellationToken),
            cancellationToken);
        return [.. ids.Where(rows.ContainsKey).Select(id => rows[id].ToImage())];
    }

    /// <summary>One keyset page, newest first.</summary>
    /// <param name="before">Only pictures with a smaller id; null starts at the newest.</param>
    public async Task<IReadOnlyList<GalleryImage>> PageAsync(GalleryQuery query, long? before, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        PictureSearch search = SearchBefore(query, before);
        if (search.IsEmpty)
        {
            return [];
        }

        search.AddValue("@limit", limit);
        List<PictureRow> rows = await _database.ReadAsync(
            context => context.Pictures.FromSqlRaw(search.Select("p.*", $"ORDER BY {search.Key} DESC LIMIT @limit"), search.Parameters).ToListAsync(cancellationToken),
            cancellationToken);
        return [.. rows.Select(row => row.ToImage())];
    }

    /// <summary>How much each checkpoint and LoRA was used, by its name in the recipes.</summary>
    public async Task<IReadOnlyDictionary<(ModelKind Kind, string Name), ModelUsage>> UsageAsync(CancellationToken cancellationToken = default)
    {
        const string Sql =
            """
            SELECT 0, Checkpoint, count(*), max(CreatedAt) FROM Pictures WHERE TrashedAt IS NULL AND IsMissing = 0 GROUP BY Checkpoint
            UNION ALL
            SELECT 1, l.Lora, count(*), max(p.CreatedAt) FROM PictureLoras AS l JOIN Pictures AS p ON p.Id = l.PictureId
                WHERE p.TrashedAt IS NULL AND p.IsMissing = 0 GROUP BY l.Lora
            """;
        var rows = await _database.ReadRowsAsync(
            Sql,
            [],
            row => (Kind: row.GetInt32(0) == 0 ? ModelKind.Checkpoint : ModelKind.Lora, Name: row.GetString(1),
                Usage: new ModelUsage(row.GetInt32(2), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3)))),
            cancellationToken);
        return rows.ToDictionary(row => (row.Kind, row.Name), row => row.Usage);
    }

    /// <summary>Ids and sizes of all matches, newest first: the ground plan of the grid.</summary>
    public async Task<IReadOnlyList<GalleryTile>> TilesAsync(GalleryQuery query, CancellationToken cancellationToken = default)
    {
        var search = new PictureSearch(query);
        return search.IsEmpty ? [] : await _database.ReadRowsAsync(
            search.SelectGroundPlan("p.Id, p.Width, p.Height, p.CreatedAt", $"ORDER BY {search.Key} DESC"),
            search.Parameters,
            row => new GalleryTile(row.GetInt64(0), row.GetInt32(1), row.GetInt32(2), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3))),
            cancellationToken);
    }

    public async Task<int> CountAsync(GalleryQuery query, CancellationToken cancellationToken = default)
    {
        var search = new PictureSearch(query);
        return search.IsEmpty ? 0 : await FirstNumberAsync(search.SelectGroundPlan("count(*)"), search, cancellationToken) is { } count ? (int)count : 0;
    }

    /// <summary>Ids of the newer and the older neighbour, and the place (1 is the newest) among all matches.</summary>
    public async Task<(long? Newer, long? Older, int Place, int Count)> NeighboursAsync(long id, GalleryQuery query, CancellationToken cancellationToken = default)
    {
        if (new PictureSearch(query).IsEmpty)
        {
            return (null, null, 1, 0);
        }

        PictureSearch newer = SearchAfter(query, id), older = SearchBefore(query, id);
        long? newerId = await FirstNumberAsync(newer.Select(newer.Key, $"ORDER BY {newer.Key} LIMIT 1"), newer, cancellationToken);
        long? olderId = await FirstNumberAsync(older.Select(older.Key, $"ORDER BY {older.Key} DESC LIMIT 1"), older, cancellationToken);
        long countOfNewer = newerId is null ? 0 : await FirstNumberAsync(newer.SelectGroundPlan("count(*)"), newer, cancellationToken) ?? 0;
        return (newerId, olderId, (int)countOfNewer + 1, await CountAsync(query, cancellationToken));
    }

    /// <summary>The picture that this one was made from, and those made from it, oldest first. What lies in the trash is left out.</summary>
    public async Task<(GalleryImage? Parent, IReadOnlyList<GalleryImage> Children)> FamilyAsync(long id, CancellationToken cancellationToken = default)
    {
        (PictureRow? parent, List<PictureRow> children) = await _database.ReadAsync(async context =>
        {
            IQueryable<PictureRow> visible = context.Pictures.Where(picture => picture.TrashedAt == null && !picture.IsMissing);
            IQueryable<long?> parentId = context.Pictures.Where(picture => picture.Id == id).Select(picture => picture.ParentId);
            return (await visible.FirstOrDefaultAsync(picture => picture.Id == parentId.FirstOrDefault(), cancellationToken),
                await visible.Where(picture => picture.ParentId == id).OrderBy(picture => picture.Id).Take(MostChildren).ToListAsync(cancellationToken));
        }, cancellationToken);
        return (parent?.ToImage(), [.. children.Select(row => row.ToImage())]);
    }

    public async Task SetFavouriteAsync(long id, bool isFavourite, CancellationToken cancellationToken = default)
    {
        await _database.WriteAsync(
            context => context.Pictures.Where(picture => picture.Id == id).ExecuteUpdateAsync(set => set.SetProperty(picture => picture.IsFavourite, isFavourite), cancellationToken),
            cancellationToken);
        Changed?.Invoke(id);
    }

    /// <summary>Moves pictures to the trash; nothing on disk is touched.</summary>
    /// <returns>How many were moved.</returns>
    public Task<int> TrashAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken = default) =>
        SetTrashedAsync(ids, _time.GetUtcNow().ToUnixTimeMilliseconds(), cancellationToken);

    public Task<int> RestoreAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken = default) => SetTrashedAsync(ids, null, cancellationToken);

    /// <summary>Deletes for good what has been in the trash since before <paramref name="before"/>: row first, files second.</summary>
    public async Task<int> PurgeAsync(DateTimeOffset before, CancellationToken cancellationToken = default)
    {
        long limit = before.ToUnixTimeMilliseconds();
        List<(long Id, string File)> purged = await _database.WriteAsync(async context =>
        {
            IQueryable<PictureRow> old = context.Pictures.Where(picture => picture.TrashedAt != null && picture.TrashedAt < limit);
            var found = await old.Select(picture => new { picture.Id, picture.File }).ToListAsync(cancellationToken);
            context.LeftoverFiles.AddRange(found.Select(picture => new LeftoverFileRow { File = picture.File }));
            await context.SaveChangesAsync(cancellationToken);
            await old.ExecuteDeleteAsync(cancellationToken);
            return found.ConvertAll(picture => (picture.Id, picture.File));
        }, cancellationToken);
        if (purged.Count > 0)
        {
            await new GalleryRecovery(_database, _files).DeleteLeftoverFilesAsync(cancellationToken);
        }

        foreach ((long id, _) in purged)
        {
            Changed?.Invoke(id);
        }

        return purged.Count;
    }

    /// <summary>Full path of the picture's file, or null when there is no such picture, its file is gone, or another file took its place.</summary>
    public async Task<string?> PictureFileAsync(long id, CancellationToken cancellationToken = default) =>
        await FileAsync(id, cancellationToken) is var (file, source) && SourceOf(file, source) is { } path ? path : null;

    /// <summary>Where a picture lies that was left outside of the studio's folder, whether it is there now or not; null for others. For the owner's eyes.</summary>
    public async Task<string?> SourcePathAsync(long id, CancellationToken cancellationToken = default) => (await FileAsync(id, cancellationToken))?.Source;

    /// <summary>The picture's file in another format, or with less told in it.</summary>
    /// <returns>Null when there is no such picture, or its file cannot be read.</returns>
    public async Task<byte[]?> ExportAsync(long id, ImageFormat format, RecipeInFile carried, CancellationToken cancellationToken = default)
    {
        if (await FindAsync(id, cancellationToken) is not { } image || await PictureFileAsync(id, cancellationToken) is not { } path)
        {
            return null;
        }

        // One at a time: encoding takes the cores that pictures are made with.
        await _exporting.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => PictureExport.Make(path, image.Format, format, image.HasRecipe ? carried : RecipeInFile.None, image.Recipe), cancellationToken);
        }
        catch (Exception exception) when (exception is VipsException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            LogDamagedPicture(exception, id, path);
            return null;
        }
        finally
        {
            _exporting.Release();
        }
    }

    /// <summary>Says that a picture came in, or changed.</summary>
    internal void Tell(long id) => Changed?.Invoke(id);

    /// <summary>Says that many came in, none of them in particular.</summary>
    public void Refresh() => Changed?.Invoke(0);

    /// <summary>By which hashes the picture's own text names its models.</summary>
    /// <returns>Null when there is no such picture, or its text names none.</returns>
    public async Task<RecipeHashes?> HashesAsync(long id, CancellationToken cancellationToken = default)
    {
        if (await PictureFileAsync(id, cancellationToken) is not { } path)
        {
            return null;
        }

        try
        {
            await using FileStream file = File.OpenRead(path);
            CarriedTexts? carried = TextCarrier.Read(file);
            return (carried?[PngFile.ParametersKeyword] ?? carried?[CarriedTexts.UserComment]) is { } parameters ? RecipeHashes.Read(parameters) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Taken away at this moment: its models keep the names they had.
            return null;
        }
    }

    /// <summary>Full path of the WebP thumbnail (made anew when missing), or null.</summary>
    public async Task<string?> ThumbnailFileAsync(long id, ThumbnailSize size, CancellationToken cancellationToken = default)
    {
        if (!Enum.IsDefined(size) || await FileAsync(id, cancellationToken) is not var (file, source))
        {
            return null;
        }

        string path = _files.ThumbnailPath(file, size);
        if (!File.Exists(path))
        {
            if (SourceOf(file, source) is not { } picture)
            {
                return null;
            }

            try
            {
                await _thumbnails.MakeAsync(file, picture, size, cancellationToken);
            }
            catch (VipsException exception)
            {
                LogDamagedPicture(exception, id, picture);
                return null;
            }
        }

        return path;
    }

    /// <summary>Full path of the film (the steps side by side, one WebP), or null.</summary>
    public async Task<string?> FilmFileAsync(long id, CancellationToken cancellationToken = default) =>
        await FileAsync(id, cancellationToken) is var (file, _) && _files.FilmPath(file) is var path && File.Exists(path) ? path : null;

    public void Dispose()
    {
        _exporting.Dispose();
        _thumbnails.Dispose();
        _adding.Dispose();
    }

    private async Task<string> WritePictureAsync(NewImage image, CancellationToken cancellationToken)
    {
        string file = ImageFiles.NameFor(TimeZoneInfo.ConvertTime(image.CreatedAt, _time.LocalTimeZone), image.JobId);
        for (int copy = 2; File.Exists(_files.PicturePath(file)); copy++)
        {
            if (_files.ReadRecord(file) is { } existing && existing.Record.Studio == _database.StudioId && existing.Record.Job == image.JobId)
            {
                // An earlier try got this far and failed to write the row.
                return file;
            }

            file = ImageFiles.NameFor(TimeZoneInfo.ConvertTime(image.CreatedAt, _time.LocalTimeZone), image.JobId, copy);
        }

        var record = new PictureRecord
        {
            Schema = PictureRecord.CurrentSchema,
            Recipe = image.Recipe,
            Studio = _database.StudioId,
            Job = image.JobId,
            Created = image.CreatedAt,
            Seconds = image.Duration.TotalSeconds,
            Trace = image.Trace,
        };
        byte[] png = PngFile.Encode(image.Pixels, PictureTexts.For(record, image.ModelHash, image.LoraHashes, image.EmbeddingHashes, image.VaeHash));
        await ImageFiles.WriteAsync(_files.PicturePath(file), png, cancellationToken);
        return file;
    }

    /// <summary>The film is an extra: a picture without it is still whole, so a failure is told in the log and nowhere else.</summary>
    private async Task<int> WriteFilmAsync(NewImage image, string file, CancellationToken cancellationToken)
    {
        try
        {
            if (FilmStrip.Encode(image.Film) is not { } film)
            {
                return 0;
            }

            await ImageFiles.WriteAsync(_files.FilmPath(file), film.Webp, cancellationToken);
            return film.Frames;
        }
        catch (Exception exception) when (exception is VipsException or IOException or UnauthorizedAccessException)
        {
            LogExtraFailed(exception, "film", file);
            return 0;
        }
    }

    private async Task WriteThumbnailsAsync(NewImage image, string file, CancellationToken cancellationToken)
    {
        try
        {
            foreach (ThumbnailSize size in Enum.GetValues<ThumbnailSize>())
            {
                await ImageFiles.WriteAsync(_files.ThumbnailPath(file, size), Thumbnails.Encode(image.Pixels, (int)size), cancellationToken);
            }
        }
        catch (Exception exception) when (exception is VipsException or IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            // The picture is kept; its thumbnails are made when somebody asks for them.
            LogExtraFailed(exception, "thumbnail", file);
        }
    }

    private async Task<int> SetTrashedAsync(IReadOnlyList<long> ids, long? trashedAt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ids);
        bool isTrash = trashedAt is not null;
        int count = await _database.WriteAsync(
            context => context.Pictures
                .Where(picture => ids.Contains(picture.Id) && picture.TrashedAt == null == isTrash)
                .ExecuteUpdateAsync(set => set.SetProperty(picture => picture.TrashedAt, trashedAt), cancellationToken),
            cancellationToken);
        foreach (long id in ids)
        {
            Changed?.Invoke(id);
        }

        return count;
    }

    private static PictureSearch SearchBefore(GalleryQuery query, long? before)
    {
        var search = new PictureSearch(query);
        return before is { } id ? search.Where($"{search.Key} < @id", "@id", id) : search;
    }

    private static PictureSearch SearchAfter(GalleryQuery query, long after)
    {
        var search = new PictureSearch(query);
        return search.Where($"{search.Key} > @id", "@id", after);
    }

    private async Task<long?> FirstNumberAsync(string sql, PictureSearch search, CancellationToken cancellationToken) =>
        await _database.ReadRowsAsync(sql, search.Parameters, row => row.GetInt64(0), cancellationToken) is [long first, ..] ? first : null;

    private async Task<(string File, string? Source)?> FileAsync(long id, CancellationToken cancellationToken) =>
        await _database.ReadAsync(
            context => context.Pictures.Where(picture => picture.Id == id).Select(picture => new { picture.File, picture.SourcePath }).FirstOrDefaultAsync(cancellationToken), cancellationToken)
            is { } found ? (found.File, found.SourcePath) : null;

    /// <summary>Where the picture lies; null when it is not there. Outside of the studio's folder anybody may have put another file in its place, so that one is looked at.</summary>
    private string? SourceOf(string file, string? source)
    {
        string path = source ?? _files.PicturePath(file);
        if (source is null || !File.Exists(path))
        {
            return File.Exists(path) ? path : null;
        }

        try
        {
            Span<byte> start = stackalloc byte[ImageFormats.SampleLength];
            using FileStream opened = new(path, new FileStreamOptions { Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 });
            return ImageFormats.Recognise(start[..opened.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)]) == ImageFormats.OfOwnName(file) ? path : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The {Extra} of {File} could not be written. The picture itself is kept.")]
    private partial void LogExtraFailed(Exception exception, string extra, string file);

    [LoggerMessage(LogLevel.Warning, "Picture {Id} is damaged, so it has no thumbnail: {Path}")]
    private partial void LogDamagedPicture(Exception exception, long id, string path);
}
