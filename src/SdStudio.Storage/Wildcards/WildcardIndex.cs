using System.Globalization;

namespace SdStudio.Storage.Wildcards;

/// <summary>Which wildcard files there are. Contents are read when asked for, and again when size or time of the file changed.</summary>
internal sealed class WildcardIndex(string root)
{
    public const int MostFiles = 5000;
    public const string Extension = ".txt";

    private const int MostFolders = 8;

    private Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>Sorted.</summary>
    public IReadOnlyList<string> Names { get; private set; } = [];

    /// <summary>Looks through the folder. Links and hidden files are passed over: nothing outside the folder is ever read.</summary>
    /// <returns>Whether anything is another than before.</returns>
    public bool Refresh()
    {
        Dictionary<string, Entry> found = new(StringComparer.Ordinal);
        foreach (FileInfo file in Find())
        {
            string name = Path.ChangeExtension(Path.GetRelativePath(root, file.FullName), null).Replace('\\', '/');
            string stamp = StampOf(file);
            found[name] = _entries.TryGetValue(name, out Entry? known) && known.Stamp == stamp ? known : new Entry(file.FullName, stamp, file.Length);
        }

        bool changed = found.Count != _entries.Count || found.Any(pair => !_entries.TryGetValue(pair.Key, out Entry? before) || before.Stamp != pair.Value.Stamp);
        if (changed)
        {
            _entries = found;
            Names = [.. found.Keys.Order(StringComparer.OrdinalIgnoreCase).ThenBy(name => name, StringComparer.Ordinal)];
        }

        return changed;
    }

    /// <summary>By its name as it is written, else without regard to case.</summary>
    public Entry? Find(string name) =>
        _entries.GetValueOrDefault(name) ?? (Names.FirstOrDefault(other => other.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } same ? _entries[same] : null);

    public static string StampOf(FileInfo file) =>
        file.Exists ? string.Create(CultureInfo.InvariantCulture, $"{file.Length:x}-{file.LastWriteTimeUtc.Ticks:x}") : "";

    private IEnumerable<FileInfo> Find()
    {
        DirectoryInfo folder = new(root);
        try
        {
            return folder.Exists
                ? [.. folder.EnumerateFiles("*" + Extension, new EnumerationOptions
                    {
                        RecurseSubdirectories = true,
                        IgnoreInaccessible = true,
                        MaxRecursionDepth = MostFolders,
                        MatchCasing = MatchCasing.CaseInsensitive,
                        AttributesToSkip = FileAttributes.Hidden | FileAttributes.System | FileAttributes.ReparsePoint,
                    })
                    .Take(MostFiles)]
                : [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>One file.</summary>
    internal sealed class Entry(string path, string stamp, long bytes)
    {
        private IReadOnlyList<string>? _options;
        private string? _problem;

        public string Path => path;

        public string Stamp => stamp;

        public long Bytes => bytes;

        public IReadOnlyList<string> Options
        {
            get
            {
                if (_options is null)
                {
                    (string text, _problem, _) = WildcardContent.Read(path);
                    _options = _problem is null ? WildcardContent.Options(text) : [];
                }

                return _options;
            }
        }

        public string? Problem => Options.Count > 0 ? null : _problem ?? "It has no options yet.";
    }
}
