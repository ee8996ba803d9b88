using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using SdStudio.Storage.Data;

namespace SdStudio.Storage.Models;

/// <summary>
/// Favourites, notes, settings and former names of models. Kept by the hash of the content; until that is computed, by the path. When it becomes
/// known both are brought together, and nothing of either is lost.
/// </summary>
public sealed class ModelProfileStore(StudioDatabase database)
{
    public const int LongestNotes = 10_000;

    private static readonly JsonSerializerOptions s_json = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Raised with the model and its new profile when somebody changed it; on any thread.</summary>
    public event Action<ModelFile, ModelProfile>? Changed;

    public async Task<ModelProfile> FindAsync(ModelFile model, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        return (await FindAsync([model], cancellationToken))[model.Path];
    }

    /// <returns>A profile for every model, by its path; an empty one where nothing is kept.</returns>
    public async Task<IReadOnlyDictionary<string, ModelProfile>> FindAsync(IReadOnlyList<ModelFile> models, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(models);
        List<ModelProfileRow> rows = await database.ReadAsync(context => RowsOf(context, models).ToListAsync(cancellationToken), cancellationToken);
        var byContent = rows.Where(row => row.Content is not null).ToDictionary(row => row.Content!, StringComparer.Ordinal);
        var byPath = rows.Where(row => row.Content is null).ToDictionary(row => row.Path, StringComparer.Ordinal);
        return models.ToDictionary(
            model => model.Path,
            model => ContentOf(model) is { } content && byContent.TryGetValue(content, out ModelProfileRow? row) || byPath.TryGetValue(model.Path, out row) ? ToProfile(row) : ModelProfile.Empty,
            StringComparer.Ordinal);
    }

    public Task SetFavouriteAsync(ModelFile model, bool isFavourite, CancellationToken cancellationToken = default) =>
        ChangeAsync(model, row => row.IsFavourite = isFavourite, cancellationToken);

    /// <param name="notes">At most <see cref="LongestNotes"/> characters; null or blank removes them.</param>
    public Task SetNotesAsync(ModelFile model, string? notes, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(notes?.Length ?? 0, LongestNotes, nameof(notes));
        return ChangeAsync(model, row => row.Notes = string.IsNullOrWhiteSpace(notes) ? null : notes, cancellationToken);
    }

    /// <param name="settings">Null forgets them, so that those of the model's card hold again.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside what <see cref="RecipeSuggestion"/> allows.</exception>
    public Task SetSettingsAsync(ModelFile model, RecipeSuggestion? settings, CancellationToken cancellationToken = default)
    {
        settings?.ThrowIfOutOfRange();
        return ChangeAsync(model, row => row.Settings = settings is null ? null : JsonSerializer.Serialize(settings, s_json), cancellationToken);
    }

    /// <summary>Notes under which names each content is found, and gives what was kept by path to the content that now is known.</summary>
    internal async Task RecordAsync(IReadOnlyList<ModelFile> models, CancellationToken cancellationToken)
    {
        ModelFile[] known = [.. models.Where(model => model.Hashes is not null)];
        if (known.Length == 0 || await IsRecordedAsync(known, cancellationToken))
        {
            return;
        }

        await database.WriteAsync(async context =>
        {
            List<ModelProfileRow> rows = await RowsOf(context, known).AsTracking().ToListAsync(cancellationToken);
            var byContent = rows.Where(row => row.Content is not null).ToDictionary(row => row.Content!, StringComparer.Ordinal);
            var byPath = rows.Where(row => row.Content is null).ToDictionary(row => row.Path, StringComparer.Ordinal);
            foreach (ModelFile model in known)
            {
                string content = ContentOf(model)!;
                byPath.Remove(model.Path, out ModelProfileRow? waiting);
                if (!byContent.TryGetValue(content, out ModelProfileRow? row))
                {
                    byContent[content] = row = waiting ?? context.ModelProfiles.Add(NewRow(model)).Entity;
                    row.Content = content;
                }
                else if (waiting is not null)
                {
                    Merge(waiting, row);
                    context.ModelProfiles.Remove(waiting);
                }

                row.Path = model.Path;
                AddName(row, model.Name);
            }

            return await context.SaveChangesAsync(cancellationToken);
        }, cancellationToken);
    }

    /// <summary>Most scans find nothing new, and then nothing is written.</summary>
    private async Task<bool> IsRecordedAsync(ModelFile[] known, CancellationToken cancellationToken)
    {
        List<ModelProfileRow> rows = await database.ReadAsync(context => RowsOf(context, known).ToListAsync(cancellationToken), cancellationToken);
        var byContent = rows.Where(row => row.Content is not null).ToDictionary(row => row.Content!, StringComparer.Ordinal);
        return rows.TrueForAll(row => row.Content is not null)
            && known.All(model => byContent.TryGetValue(ContentOf(model)!, out ModelProfileRow? row) && row.Names.Exists(name => name.Name == model.Name));
    }

    private async Task ChangeAsync(ModelFile model, Action<ModelProfileRow> change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        ModelProfile profile = await database.WriteAsync(async context =>
        {
            List<ModelProfileRow> rows = await RowsOf(context, [model]).AsTracking().ToListAsync(cancellationToken);
            string? content = ContentOf(model);
            ModelProfileRow? row = rows.Find(row => content is not null && row.Content == content) ?? rows.Find(row => row.Content is null);
            if (row is null)
            {
                row = context.ModelProfiles.Add(NewRow(model)).Entity;
                row.Content = content;
                AddName(row, model.Name);
            }

            change(row);
            await context.SaveChangesAsync(cancellationToken);
            return ToProfile(row);
        }, cancellationToken);
        Changed?.Invoke(model, profile);
    }

    private static IQueryable<ModelProfileRow> RowsOf(StudioDbContext context, IReadOnlyList<ModelFile> models)
    {
        string[] contents = [.. models.Select(ContentOf).OfType<string>().Distinct()];
        string[] paths = [.. models.Select(model => model.Path)];
        return context.ModelProfiles.Include(row => row.Names)
            .Where(row => contents.Contains(row.Content) || (row.Content == null && paths.Contains(row.Path)));
    }

    /// <summary>Whether two files are one model, so that what is kept of one is kept of both.</summary>
    internal static bool IsSame(ModelFile one, ModelFile other) => one.Path == other.Path || (ContentOf(one) is { } content && content == ContentOf(other));

    /// <summary>The data without the header, so that a tool that writes notes into the header changes nothing.</summary>
    private static string? ContentOf(ModelFile model) => model.Hashes?.DataSha256 ?? model.Hashes?.Sha256;

    private static ModelProfileRow NewRow(ModelFile model) => new() { Path = model.Path, Kind = model.Kind };

    private static void AddName(ModelProfileRow row, string name)
    {
        if (!row.Names.Exists(known => known.Name == name))
        {
            row.Names.Add(new ModelNameRow { Name = name });
        }
    }

    private static void Merge(ModelProfileRow from, ModelProfileRow into)
    {
        into.IsFavourite |= from.IsFavourite;
        into.Settings = from.Settings ?? into.Settings;
        into.Notes = from.Notes is null || from.Notes == into.Notes ? into.Notes : into.Notes is null ? from.Notes : $"{into.Notes}\n\n{from.Notes}";
        foreach (ModelNameRow name in from.Names)
        {
            AddName(into, name.Name);
        }
    }

    private static ModelProfile ToProfile(ModelProfileRow row) => new()
    {
        IsFavourite = row.IsFavourite,
        Notes = row.Notes,
        Settings = ReadSettings(row.Settings),
        Names = [.. row.Names.Select(name => name.Name).Order(StringComparer.Ordinal)],
    };

    private static RecipeSuggestion? ReadSettings(string? json)
    {
        try
        {
            return json is null ? null : JsonSerializer.Deserialize<RecipeSuggestion>(json, s_json);
        }
        catch (JsonException)
        {
            // Somebody wrote into the database by hand; the model works without.
            return null;
        }
    }
}
