using System.Diagnostics.CodeAnalysis;
using System.Text;
using SdStudio.Diffusion.Prompts;
using SdStudio.Storage.Gallery;

namespace SdStudio.Storage.Wildcards;

/// <summary>
/// The folder of wildcard files, as other programs have it: text files in folders, one option a line. Files that others put there or change
/// are noticed within a second. Safe on any thread.
/// </summary>
/// <param name="root">Full path; made when the first file is written.</param>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore whose wait handle nobody asks for holds nothing to dispose.")]
public sealed class WildcardFolder(string root, TimeProvider time) : IWildcards
{
    /// <summary>Characters that may be saved from a page.</summary>
    public const int LongestText = 1 << 20;

    private const string Trash = ".trash";
    private static readonly TimeSpan s_fresh = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly WildcardIndex _index = new(root);
    private long? _refreshedAt;

    /// <summary>Raised on any thread when files came, went or changed.</summary>
    public event Action? Changed;

    /// <summary>Full path.</summary>
    public string Root => root;

    public IEnumerable<string> Names => Look(index => index.Names);

    /// <summary>All files, by name.</summary>
    public IReadOnlyList<WildcardFile> List() => Look<IReadOnlyList<WildcardFile>>(index => [.. index.Names.Select(name =>
    {
        WildcardIndex.Entry entry = index.Find(name)!;
        return new WildcardFile(name, entry.Options.Count, entry.Bytes, entry.Problem);
    })]);

    public IReadOnlyList<string>? LinesOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Look(index => index.Find(name)?.Options);
    }

    /// <returns>Null where there is no such file.</returns>
    public WildcardText? Read(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (Look(index => index.Find(name)) is not { } entry)
        {
            return null;
        }

        string version = WildcardIndex.StampOf(new FileInfo(entry.Path));
        (string text, string? problem, bool isDamaged) = WildcardContent.Read(entry.Path);
        return new WildcardText(text.ReplaceLineEndings("\n"), version, problem
            ?? (isDamaged ? "It is not written in UTF-8, and some of its letters would be lost. Save it as UTF-8 in a text editor first."
            : text.Length > LongestText ? "It is too large to be changed here. Open it in a text editor." : null));
    }

    /// <summary>Writes a new file.</summary>
    /// <returns>What is wrong; null when it was written.</returns>
    public Task<string?> CreateAsync(string name, string text, CancellationToken cancellationToken = default) =>
        WriteAsync(name, text, () => Taken(name) ? $"There is a wildcard {name} already."
            : Look(index => index.Names.Count) >= WildcardIndex.MostFiles ? $"There are {WildcardIndex.MostFiles} wildcards, and that is the most." : null, cancellationToken);

    /// <summary>Writes a file anew.</summary>
    /// <param name="version">That of the text that was changed.</param>
    /// <returns>What is wrong; null when it was written.</returns>
    public Task<string?> SaveAsync(string name, string text, string version, CancellationToken cancellationToken = default) =>
        WriteAsync(name, text, () => Read(name) is not { } now ? $"The wildcard {name} is gone. Save it under a name of its own."
            : now.Problem ?? (now.Version != version ? "Somebody changed this file meanwhile. Copy your text, open it again and put both together." : null), cancellationToken);

    /// <returns>What is wrong; null when it was renamed.</returns>
    public async Task<string?> RenameAsync(string name, string newName, CancellationToken cancellationToken = default)
    {
        using Held held = await HoldAsync(cancellationToken);
        bool onlyCase = name.Equals(newName, StringComparison.OrdinalIgnoreCase);
        if (Look(index => index.Find(name)) is not { } entry)
        {
            return $"The wildcard {name} is gone.";
        }

        return WildcardName.Problem(newName)
            ?? (!onlyCase && Taken(newName) ? $"There is a wildcard {newName} already." : null)
            ?? Move(entry.Path, PathOf(newName));
    }

    /// <summary>Moves a file to the trash beside the others.</summary>
    /// <returns>What <see cref="RestoreAsync"/> takes; null where there is no such file.</returns>
    public async Task<string?> DeleteAsync(string name, CancellationToken cancellationToken = default)
    {
        using Held held = await HoldAsync(cancellationToken);
        string token = Guid.NewGuid().ToString("N");
        return Look(index => index.Find(name)) is { } entry && Move(entry.Path, Path.Combine(root, Trash, token, "file" + WildcardIndex.Extension)) is null ? token : null;
    }

    /// <summary>Brings a deleted file back.</summary>
    /// <returns>What is wrong; null when it is back.</returns>
    public async Task<string?> RestoreAsync(string token, string name, CancellationToken cancellationToken = default)
    {
        using Held held = await HoldAsync(cancellationToken);
        string path = Guid.TryParseExact(token, "N", out Guid id) ? Path.Combine(root, Trash, id.ToString("N"), "file" + WildcardIndex.Extension) : "";
        return !File.Exists(path) ? "It is not in the trash any more."
            : WildcardName.Problem(name)
            ?? (Taken(name) ? $"There is a new wildcard {name}. Rename it first." : null)
            ?? Move(path, PathOf(name));
    }

    /// <summary>Deletes for good what was moved to the trash before a time.</summary>
    public int PurgeTrash(DateTimeOffset before)
    {
        DirectoryInfo trash = new(Path.Combine(root, Trash));
        int purged = 0;
        foreach (DirectoryInfo folder in trash.Exists && trash.LinkTarget is null ? trash.EnumerateDirectories() : [])
        {
            if (Guid.TryParseExact(folder.Name, "N", out _) && folder.LinkTarget is null && folder.LastWriteTimeUtc < before.UtcDateTime)
            {
                folder.Delete(recursive: true);
                purged++;
            }
        }

        return purged;
    }

    private async Task<string?> WriteAsync(string name, string text, Func<string?> mayNot, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(text);
        using Held held = await HoldAsync(cancellationToken);
        // A file that other programs put there may have a name that no new one may have; it is where the index found it.
        string path = Look(index => index.Find(name))?.Path ?? (WildcardName.Problem(name) is null ? PathOf(name) : "");
        if (((path.Length == 0 ? WildcardName.Problem(name) : null) ?? mayNot() ?? LinkProblem(path)) is { } problem)
        {
            return problem;
        }

        if (text.Length > LongestText)
        {
            return $"At most {LongestText / 1000} thousand letters. Split it into several wildcards.";
        }

        try
        {
            await ImageFiles.WriteAsync(path, Encoding.UTF8.GetBytes(text.ReplaceLineEndings(LineEnd(path))), cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return $"It cannot be written: {exception.Message}";
        }

        Renew();
        return null;
    }

    /// <summary>A file keeps the line ends that it has.</summary>
    private static string LineEnd(string path) => File.Exists(path) && WildcardContent.Read(path).Text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";

    private string? Move(string from, string to)
    {
        if ((LinkProblem(from) ?? LinkProblem(to)) is { } problem)
        {
            return problem;
        }

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Move(from, to);
            RemoveEmpty(Path.GetDirectoryName(from)!);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return $"It cannot be moved: {exception.Message}";
        }

        Renew();
        return null;
    }

    /// <summary>Folders exist by the files in them.</summary>
    private void RemoveEmpty(string folder)
    {
        while (folder.Length > root.Length && !Directory.EnumerateFileSystemEntries(folder).Any())
        {
            Directory.Delete(folder);
            folder = Path.GetDirectoryName(folder)!;
        }
    }

    private bool Taken(string name) => Look(index => index.Find(name)) is not null || (WildcardName.Problem(name) is null && File.Exists(PathOf(name)));

    private string PathOf(string name)
    {
        string path = Path.GetFullPath(Path.Combine([root, .. name.Split('/')]) + WildcardIndex.Extension);
        ArgumentOutOfRangeException.ThrowIfNotEqual(path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal), true, nameof(name));
        return path;
    }

    /// <summary>A link below the folder could lead out of it, so nothing is written through one.</summary>
    private string? LinkProblem(string path)
    {
        for (string part = path; part.Length > root.Length; part = Path.GetDirectoryName(part)!)
        {
            if (new FileInfo(part).LinkTarget is not null)
            {
                return $"{Path.GetRelativePath(root, part)} is a link, and is left alone.";
            }
        }

        return null;
    }

    private T Look<T>(Func<WildcardIndex, T> ask)
    {
        bool changed = false;
        T answer;
        lock (_gate)
        {
            if (_refreshedAt is not { } at || time.GetElapsedTime(at) >= s_fresh)
            {
                bool isFirst = _refreshedAt is null;
                changed = _index.Refresh() && !isFirst;
                _refreshedAt = time.GetTimestamp();
            }

            answer = ask(_index);
        }

        if (changed)
        {
            Changed?.Invoke();
        }

        return answer;
    }

    private void Renew()
    {
        lock (_gate)
        {
            _index.Refresh();
            _refreshedAt = time.GetTimestamp();
        }

        Changed?.Invoke();
    }

    private async Task<Held> HoldAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        return new Held(_writing);
    }

    private readonly struct Held(SemaphoreSlim semaphore) : IDisposable
    {
        public void Dispose() => semaphore.Release();
    }
}
