using System.Globalization;

namespace SdStudio.Storage.Models;

/// <summary>Names for recipes and titles for people.</summary>
internal static class ModelNames
{
    private const int LongestTitle = 80;

    /// <summary>"stained-glass" becomes "Stained glass".</summary>
    public static string Prettify(string name)
    {
        string words = string.Join(' ', name.Split(['-', '_', ' '], StringSplitOptions.RemoveEmptyEntries));
        return words.Length == 0 ? name : char.ToUpper(words[0], CultureInfo.InvariantCulture) + words[1..];
    }

    /// <summary>What a file says of itself, if it can be shown in one line; else the prettified name.</summary>
    public static string Title(string? stated, string name)
    {
        string title = string.Concat((stated ?? "").Where(c => !char.IsControl(c))).Trim();
        return title.Length is > 0 and <= LongestTitle ? title : Prettify(name);
    }

    /// <summary>
    /// One name for each model, from the plain ones. The first keeps the plain name, so that recipes that say it stay true; a later one of the same name gets as
    /// many of its folders in front as it takes.
    /// </summary>
    public static IReadOnlyList<string> MakeUnique(IReadOnlyList<ModelFile> models)
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return [.. models.Select(model => NameFor(model, taken))];
    }

    private static string NameFor(ModelFile model, HashSet<string> taken)
    {
        string name = model.Name;
        string? folder = Path.GetDirectoryName(model.Path);
        while (!taken.Add(name))
        {
            string parent = Path.GetFileName(folder) is { Length: > 0 } found ? found : "other";
            name = $"{parent}/{name}";
            folder = Path.GetDirectoryName(folder);
        }

        return name;
    }

    /// <summary>
    /// Without extension, but a folder's name whole: dots in it are part of a version. A snapshot of the Hugging Face cache,
    /// <c>models--OWNER--NAME/snapshots/REVISION</c>, has the name of its repository; and a VAE or ControlNet in the diffusers layout that of its
    /// folder, since every one's file is called the same.
    /// </summary>
    public static string PlainName(string path, ModelKind kind, bool isFolder)
    {
        if (isFolder)
        {
            return path.Split(Path.DirectorySeparatorChar) is [.., string repository, "snapshots", _] && repository.StartsWith("models--", StringComparison.Ordinal)
                ? repository.Split("--")[^1]
                : Path.GetFileName(path);
        }

        string name = Path.GetFileNameWithoutExtension(path);
        return kind is not (ModelKind.Checkpoint or ModelKind.Lora) && name.StartsWith("diffusion_pytorch_model", StringComparison.Ordinal)
            ? Path.GetFileName(Path.GetDirectoryName(path)) ?? name
            : name;
    }
}
