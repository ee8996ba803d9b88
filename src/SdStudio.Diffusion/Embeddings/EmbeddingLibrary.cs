using System.Collections.Immutable;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Prompts;

namespace SdStudio.Diffusion.Embeddings;

/// <summary>
/// The textual inversions that a model can be asked for: every file in some folders, and some single files, by name without extension. Both
/// files and folders may come and go while it lives; <see cref="Refresh"/> sees it. Files are read when a prompt uses them. Safe to use from several threads.
/// </summary>
public sealed class EmbeddingLibrary
{
    private static readonly EnumerationOptions s_options = new() { RecurseSubdirectories = true, MaxRecursionDepth = 4, IgnoreInaccessible = true };

    private static readonly ImmutableArray<string> s_extensions = [".safetensors", ".pt", ".bin"];

    private readonly Func<IEnumerable<string>> _places;
    private readonly ImmutableArray<int> _widths;
    private readonly Lock _lock = new();
    private Dictionary<string, Found> _files = new(StringComparer.OrdinalIgnoreCase);
    private Dictionary<string, ImmutableArray<LearnedWord>> _read = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="places">Folders and files. Of two files of one name the one in the earlier place counts; a place that is not there is passed over.</param>
    /// <param name="widths">Dimension of each of the model's text encoders, in its order.</param>
    public EmbeddingLibrary(IEnumerable<string> places, ImmutableArray<int> widths)
        : this(() => places, widths)
    {
    }

    /// <inheritdoc cref="EmbeddingLibrary(IEnumerable{string}, ImmutableArray{int})"/>
    /// <param name="places">Asked at every <see cref="Refresh"/>.</param>
    public EmbeddingLibrary(Func<IEnumerable<string>> places, ImmutableArray<int> widths)
    {
        (_places, _widths) = (places, widths);
        Refresh();
    }

    /// <summary>Where the textual inversions of a folder of models lie, and those that a model brings in its own.</summary>
    public static string FolderIn(string folder) => Path.Combine(folder, "embeddings");

    /// <summary>Grows when files came, went or changed: what a prompt meant before may mean something else now.</summary>
    public int Version { get; private set; }

    /// <summary>Names of all files, whether they fit the model or not.</summary>
    public IReadOnlyCollection<string> Names
    {
        get
        {
            lock (_lock)
            {
                return _files.Keys;
            }
        }
    }

    /// <summary>Looks into the places again.</summary>
    public void Refresh()
    {
        Dictionary<string, Found> files = new(StringComparer.OrdinalIgnoreCase);
        foreach (FileInfo file in _places().SelectMany(Files))
        {
            files.TryAdd(Path.GetFileNameWithoutExtension(file.Name), new Found(file.FullName, file.Length, file.LastWriteTimeUtc));
        }

        lock (_lock)
        {
            if (files.Count != _files.Count || files.Any(file => !_files.TryGetValue(file.Key, out Found? before) || before != file.Value))
            {
                (_files, _read) = (files, new(StringComparer.OrdinalIgnoreCase));
                Version++;
            }
        }
    }

    /// <param name="encoder">Which text encoder, in the model's order.</param>
    /// <returns>Null where there is no such file, or it was made for another family.</returns>
    /// <exception cref="CheckpointException">The file is broken; the message names it.</exception>
    public LearnedWord? Read(string name, int encoder)
    {
        lock (_lock)
        {
            if (!_files.TryGetValue(name, out Found? file))
            {
                return null;
            }

            if (!_read.TryGetValue(name, out ImmutableArray<LearnedWord> words))
            {
                _read[name] = words = Open(file, name);
            }

            return words.IsEmpty ? null : words[encoder];
        }
    }

    private static IEnumerable<FileInfo> Files(string place) =>
        Directory.Exists(place)
            ? new DirectoryInfo(place).EnumerateFiles("*", s_options)
                .Where(file => s_extensions.Contains(file.Extension, StringComparer.OrdinalIgnoreCase))
                .OrderBy(file => file.FullName, StringComparer.Ordinal)
            : new[] { new FileInfo(place) }.Where(file => file.Exists);

    private ImmutableArray<LearnedWord> Open(Found file, string name)
    {
        try
        {
            return EmbeddingFile.Read(file.Path, name, _widths.AsSpan());
        }
        catch (CheckpointException e)
        {
            throw new CheckpointException(file.Path, e.Problem, $"The embedding {Wording.Quote(name)} in the prompt cannot be used ({Wording.Quote(file.Path)}). {e.Message}", e);
        }
    }

    private sealed record Found(string Path, long Length, DateTime Changed);
}
