using System.Collections.Immutable;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>Where the parts of models lie that are files of their own: in folders of certain names next to a model, next to its folder, and under the model roots.</summary>
internal static class PartFolders
{
    /// <summary>Looking into every file of a very large folder would make opening slow.</summary>
    private const int MostFiles = 200;

    private static readonly EnumerationOptions s_options = new() { RecurseSubdirectories = true, MaxRecursionDepth = 2, IgnoreInaccessible = true };

    /// <summary>Of files with tensors.</summary>
    public static ImmutableArray<string> Extensions { get; } = [".safetensors", ".sft", ".ckpt", ".pt", ".pth", ".bin"];

    /// <param name="model">Full path of a model's file or folder.</param>
    /// <param name="names">What the folders are called, whatever their case.</param>
    public static IEnumerable<string> Around(string model, ImmutableArray<string> names, IReadOnlyList<string> roots)
    {
        string? own = Path.GetDirectoryName(model), above = Path.GetDirectoryName(own);
        return new[] { own, above }.OfType<string>().Concat(roots).Distinct()
            .SelectMany(Folders).Where(folder => names.Contains(Path.GetFileName(folder), StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>The files with tensors in a folder and those below it, in order.</summary>
    public static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder, "*", s_options)
        .Where(file => Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
        .Take(MostFiles).Order(StringComparer.Ordinal);

    private static string[] Folders(string parent)
    {
        try
        {
            return Directory.Exists(parent) ? [.. Directory.GetDirectories(parent).Order(StringComparer.Ordinal)] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
