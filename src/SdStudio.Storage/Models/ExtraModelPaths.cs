using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace SdStudio.Storage.Models;

/// <summary>
/// ComfyUI's <c>extra_model_paths.yaml</c>: groups of a <c>base_path</c> and, for each kind, one or more folders below it, one a line. Read as
/// events and never as objects: nothing is built on the file's word, and an alias, which could multiply the text, stands for nothing.
/// </summary>
internal static class ExtraModelPaths
{
    public const string Name = "extra_model_paths.yaml";

    private const int MostBytes = 256 * 1024;
    private const int MostEvents = 4000;
    private const int MostFolders = 200;

    /// <returns>Full paths with their kinds, for those kinds that are offered; empty when there is no such file, or none that can be read.</returns>
    public static IReadOnlyList<(string Folder, ModelKind Kind)> Read(string path)
    {
        try
        {
            var file = new FileInfo(path);
            return file.Exists && file.Length is > 0 and <= MostBytes ? Parse(File.ReadAllText(path), Path.GetDirectoryName(path)!) : [];
        }
        catch (Exception exception) when (exception is YamlException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static List<(string Folder, ModelKind Kind)> Parse(string text, string beside)
    {
        var found = new List<(string, ModelKind)>();
        var group = new List<(string Key, string Value)>();
        var parser = new Parser(new StringReader(text));
        string? key = null;
        int depth = 0;
        for (int events = 0; events < MostEvents && found.Count < MostFolders && parser.MoveNext(); events++)
        {
            switch (parser.Current)
            {
                case MappingStart or SequenceStart:
                    depth++;
                    key = null;
                    break;
                case MappingEnd or SequenceEnd:
                    if (depth-- == 2)
                    {
                        found.AddRange(Folders(group, beside));
                        group.Clear();
                    }

                    key = null;
                    break;
                case Scalar scalar when depth == 2:
                    if (key is not null)
                    {
                        group.Add((key, scalar.Value));
                    }

                    key = key is null ? scalar.Value : null;
                    break;
                case AnchorAlias:
                    key = null;
                    break;
            }
        }

        return found;
    }

    private static IEnumerable<(string Folder, ModelKind Kind)> Folders(List<(string Key, string Value)> group, string beside)
    {
        string start = FullPath(group.LastOrDefault(pair => pair.Key == "base_path").Value, beside) ?? beside;
        foreach ((string key, string value) in group)
        {
            if (FolderMeaning.Kind(key) is not { } kind)
            {
                continue;
            }

            foreach (string line in value.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                if (FullPath(line, start) is { } folder)
                {
                    yield return (folder, kind);
                }
            }
        }
    }

    /// <returns>Null for what is no path on this system.</returns>
    private static string? FullPath(string? written, string start)
    {
        if (string.IsNullOrWhiteSpace(written) || written.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        string path = Environment.ExpandEnvironmentVariables(written.Trim());
        if (path == "~" || path.StartsWith("~/", StringComparison.Ordinal))
        {
            path = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + path[1..];
        }

        return Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, start));
    }
}
