using System.CommandLine;
using SdStudio.Storage.Models;

namespace SdStudio.Cli;

/// <summary>Where models lie, and which of them a name on the command line means.</summary>
internal sealed class StudioFolders(IReadOnlyList<string> roots)
{
    private IReadOnlyList<ModelFile>? _models;

    /// <summary>Full paths, also of other programs' folders.</summary>
    public IReadOnlyList<string> Roots { get; } = roots;

    /// <summary>The folders in which models lie by their kinds: of another program those of its models.</summary>
    public IReadOnlyList<string> Places => ModelCatalog.PlacesIn(Roots);

    public static Option<string[]> NewOption() => new("--models")
    {
        Description = "Folder of models; may be given several times. Without it, those of appsettings.json and those added in the page Models.",
        HelpName = "folder",
    };

    /// <param name="given">Folders named on the command line.</param>
    /// <exception cref="IOException">Settings or database cannot be read.</exception>
    public static StudioFolders Find(string[]? given) => given is { Length: > 0 } ? new([.. given.Select(Path.GetFullPath)]) : Of(StudioSettings.Find());

    /// <summary>Those of the settings first, as in the studio.</summary>
    public static StudioFolders Of(StudioSettings settings) =>
        new([.. settings.ModelRoots, .. ModelRootStore.ReadAdded(settings.DataFolder).Except(settings.ModelRoots, StringComparer.Ordinal)]);

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
}
