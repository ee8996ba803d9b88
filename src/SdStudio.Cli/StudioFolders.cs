using System.CommandLine;
using System.Text.Json;
using SdStudio.Storage.Models;

namespace SdStudio.Cli;

/// <summary>Where models lie, and which of them a name on the command line means.</summary>
internal sealed class StudioFolders(IReadOnlyList<string> roots)
{
    private const string SettingsFile = "appsettings.json";

    private IReadOnlyList<ModelFile>? _models;

    /// <summary>Full paths.</summary>
    public IReadOnlyList<string> Roots { get; } = roots;

    public static Option<string[]> NewOption() => new("--models")
    {
        Description = "Folder of models; may be given several times. Without it, those of appsettings.json.",
        HelpName = "folder",
    };

    /// <param name="given">Folders named on the command line.</param>
    public static StudioFolders Find(string[]? given) =>
        new(given is { Length: > 0 } ? [.. given.Select(Path.GetFullPath)] : FromSettings());

    /// <param name="kind">Null: any.</param>
    /// <param name="nameOrPath">A path, or a name of the catalogue.</param>
    /// <returns>The name that a recipe says, and the full path.</returns>
    /// <exception cref="ModelNotFoundException">There is none.</exception>
    public (string Name, string Path) Locate(ModelKind? kind, string nameOrPath)
    {
        if (File.Exists(nameOrPath) || Directory.Exists(nameOrPath))
        {
            string path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(nameOrPath));
            return (Directory.Exists(path) ? Path.GetFileName(path) : Path.GetFileNameWithoutExtension(path), path);
        }

        _models ??= ModelCatalog.ReadFolders(Roots);
        ModelFile[] candidates = [.. _models.Where(model => kind is null || model.Kind == kind)];
        return candidates.FirstOrDefault(model => model.Name.Equals(nameOrPath, StringComparison.OrdinalIgnoreCase)) is { } found
            ? (found.Name, found.Path)
            : throw new ModelNotFoundException(kind, nameOrPath, Roots, [.. candidates.Select(model => model.Name)]);
    }

    private static IReadOnlyList<string> FromSettings()
    {
        string? folder = Above(Directory.GetCurrentDirectory()) ?? Above(AppContext.BaseDirectory);
        if (folder is null)
        {
            return [Path.GetFullPath("models")];
        }

        string file = Path.Combine(folder, SettingsFile);
        try
        {
            using JsonDocument settings = JsonDocument.Parse(File.ReadAllBytes(file), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            return settings.RootElement.TryGetProperty("Models", out JsonElement models) && models.TryGetProperty(nameof(Roots), out JsonElement roots)
                ? [.. roots.EnumerateArray().Select(root => Path.GetFullPath(root.GetString()!, folder))]
                : [Path.Combine(folder, "models")];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new IOException($"The section Models of {file} cannot be read: {e.Message} Mend it, or name the folder with --models.", e);
        }
    }

    private static string? Above(string start)
    {
        for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, SettingsFile)))
            {
                return folder.FullName;
            }
        }

        return null;
    }
}
