using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using SdStudio.Storage.Gallery;

namespace SdStudio.Storage.Styles;

/// <summary>
/// All styles, kept in one file beside the pictures, <c>styles.json</c>: a copy of the folder has them too. Safe on any thread; the file is
/// whole at any moment.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore whose wait handle nobody asks for holds nothing to dispose.")]
public sealed class StyleStore(GalleryPaths paths)
{
    public const int MostStyles = 5000;

    private const long LargestFile = 256L << 20;
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    private readonly string _path = Path.Combine(paths.Root, "styles.json");
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Lock _gate = new();
    private ImmutableArray<PromptStyle> _styles;

    /// <summary>Raised on any thread.</summary>
    public event Action? Changed;

    /// <summary>By name.</summary>
    public IReadOnlyList<PromptStyle> All
    {
        get
        {
            lock (_gate)
            {
                if (_styles.IsDefault)
                {
                    _styles = [.. Load().OrderBy(style => style.Name, StringComparer.CurrentCultureIgnoreCase)];
                }

                return _styles;
            }
        }
    }

    /// <summary>By its name, else without regard to case.</summary>
    public PromptStyle? Find(string name) =>
        All.FirstOrDefault(style => style.Name == name) ?? All.FirstOrDefault(style => style.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    public PromptStyle? Find(long id) => All.FirstOrDefault(style => style.Id == id);

    /// <summary>Keeps a new style (id 0, or that of one that was deleted), or an old one with other words.</summary>
    /// <returns>What is wrong; null when it is kept.</returns>
    public Task<string?> SetAsync(PromptStyle style, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(style);
        return ChangeAsync(all =>
        {
            string? problem = style.Problem()
                ?? (all.Any(other => other.Id != style.Id && SameName(other, style)) ? $"There is a style {style.Name} already." : null)
                ?? (all.Length >= MostStyles && all.All(other => other.Id != style.Id) ? $"There are {MostStyles} styles, and that is the most." : null);
            return (problem, problem is not null ? all : With(all, style));
        }, cancellationToken);
    }

    /// <returns>What <see cref="SetAsync"/> brings back; null where there is none of that id.</returns>
    public async Task<PromptStyle?> DeleteAsync(long id, CancellationToken cancellationToken = default)
    {
        PromptStyle? deleted = null;
        await ChangeAsync(all =>
        {
            deleted = all.FirstOrDefault(style => style.Id == id);
            return (null, deleted is null ? all : all.Remove(deleted));
        }, cancellationToken);
        return deleted;
    }

    /// <summary>Notes the latest picture that was made with a style.</summary>
    public Task ShowAsync(string name, long pictureId, CancellationToken cancellationToken = default) => ChangeAsync(all =>
    {
        PromptStyle? style = all.FirstOrDefault(style => style.Name == name);
        return (null, style is null ? all : all.Replace(style, style with { LatestPictureId = pictureId }));
    }, cancellationToken);

    /// <summary>Takes over styles of a file.</summary>
    /// <param name="replaces">Whether those whose names are here already take the place of those that are.</param>
    /// <returns>How many were added and how many replaced; or what is wrong.</returns>
    public async Task<(int Added, int Replaced, string? Problem)> ImportAsync(IReadOnlyList<PromptStyle> styles, bool replaces, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(styles);
        (int added, int replaced) = (0, 0);
        string? problem = await ChangeAsync(all =>
        {
            Dictionary<string, PromptStyle> byName = all.ToDictionary(style => style.Name, StringComparer.OrdinalIgnoreCase);
            ImmutableArray<PromptStyle>.Builder result = all.ToBuilder();
            long next = NextId(all);
            foreach (PromptStyle style in styles.Where(style => style.Problem() is null))
            {
                if (!byName.TryGetValue(style.Name, out PromptStyle? known))
                {
                    PromptStyle kept = style with { Id = next++ };
                    byName.Add(kept.Name, kept);
                    result.Add(kept);
                    added++;
                }
                else if (replaces && (known.Prompt, known.NegativePrompt) != (style.Prompt, style.NegativePrompt))
                {
                    PromptStyle kept = known with { Prompt = style.Prompt, NegativePrompt = style.NegativePrompt };
                    byName[kept.Name] = kept;
                    result[result.IndexOf(known)] = kept;
                    replaced++;
                }
            }

            return result.Count > MostStyles ? ($"That would be {result.Count} styles, and {MostStyles} is the most.", all) : (null, result.ToImmutable());
        }, cancellationToken);
        return problem is null ? (added, replaced, null) : (0, 0, problem);
    }

    private static bool SameName(PromptStyle one, PromptStyle other) => one.Name.Equals(other.Name, StringComparison.OrdinalIgnoreCase);

    private static long NextId(ImmutableArray<PromptStyle> all) => all.IsEmpty ? 1 : all.Max(style => style.Id) + 1;

    private static ImmutableArray<PromptStyle> With(ImmutableArray<PromptStyle> all, PromptStyle style) =>
        all.FirstOrDefault(other => other.Id == style.Id) is { } known ? all.Replace(known, style)
        : all.Add(style.Id > 0 ? style : style with { Id = NextId(all) });

    /// <summary>The file first, then what everybody sees.</summary>
    private async Task<string?> ChangeAsync(Func<ImmutableArray<PromptStyle>, (string? Problem, ImmutableArray<PromptStyle> Styles)> change, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            ImmutableArray<PromptStyle> before = [.. All];
            (string? problem, ImmutableArray<PromptStyle> after) = change(before);
            if (problem is not null || after.SequenceEqual(before))
            {
                return problem;
            }

            await ImageFiles.WriteAsync(_path, JsonSerializer.SerializeToUtf8Bytes(new StyleFile(1, after), s_json), CancellationToken.None);
            lock (_gate)
            {
                _styles = [.. after.OrderBy(style => style.Name, StringComparer.CurrentCultureIgnoreCase)];
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return $"The styles cannot be kept: {exception.Message}";
        }
        finally
        {
            _writing.Release();
        }

        Changed?.Invoke();
        return null;
    }

    private ImmutableArray<PromptStyle> Load()
    {
        FileInfo file = new(_path);
        if (!file.Exists)
        {
            return [];
        }

        try
        {
            if (file.Length <= LargestFile && JsonSerializer.Deserialize<StyleFile>(File.ReadAllBytes(_path), s_json) is { } read
                && read.Styles.All(style => style is not null) && read.Styles.Select(style => style.Id).Distinct().Count() == read.Styles.Length)
            {
                return [.. read.Styles.DistinctBy(style => style.Name, StringComparer.OrdinalIgnoreCase)];
            }
        }
        catch (JsonException)
        {
            // As below.
        }

        // Whatever it is, the next change must not write over it.
        File.Move(_path, $"{_path}.{Guid.NewGuid():N}.unreadable");
        return [];
    }

    private sealed record StyleFile(int Version, ImmutableArray<PromptStyle> Styles);
}
