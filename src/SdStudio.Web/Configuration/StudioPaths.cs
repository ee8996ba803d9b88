using SdStudio.Storage.Gallery;

namespace SdStudio.Web.Configuration;

/// <summary>The settings' folders as full paths; relative ones start at the content root.</summary>
/// <param name="Gallery">Where everything that is kept lies.</param>
/// <param name="ModelRoots">Where models are looked for.</param>
/// <param name="PluginFolder">Plug-in provider libraries; null for none.</param>
public sealed record StudioPaths(GalleryPaths Gallery, IReadOnlyList<string> ModelRoots, string? PluginFolder)
{
    /// <summary>Where wildcard files lie.</summary>
    public string Wildcards { get; init; } = Path.Combine(Gallery.Root, "wildcards");

    /// <summary>Reads the raw settings, because storage is registered before options can be asked. Wrong ones are reported by their own rules.</summary>
    internal static StudioPaths Read(IConfiguration configuration, string contentRoot)
    {
        string Full(string path) => Path.GetFullPath(path, contentRoot);

        string? folder = configuration["Gallery:Folder"];
        string[] roots = configuration.GetSection("Models:Roots").Get<string[]>() ?? [];
        string? wildcards = configuration["Prompts:Wildcards"];
        string? plugins = configuration["Inference:PluginFolder"];
        return new StudioPaths(
            new GalleryPaths(Full(string.IsNullOrWhiteSpace(folder) ? new GalleryOptions().Folder : folder)),
            [.. (roots.Length == 0 ? new ModelsOptions().Roots : roots).Where(root => !string.IsNullOrWhiteSpace(root)).Select(Full)],
            string.IsNullOrWhiteSpace(plugins) ? null : Full(plugins))
        {
            Wildcards = Path.TrimEndingDirectorySeparator(Full(string.IsNullOrWhiteSpace(wildcards) ? new PromptsOptions().Wildcards : wildcards)),
        };
    }
}
