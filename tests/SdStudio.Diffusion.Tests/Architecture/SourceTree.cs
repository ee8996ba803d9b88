using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Architecture;

/// <summary>The product's own source files.</summary>
internal static class SourceTree
{
    public static readonly string[] Projects = ["SdStudio.Diffusion", "SdStudio.Storage", "SdStudio.Web", "SdStudio.Cli"];

    public static string ProjectFolder(string project) => Path.Combine(GoldenFolder.Repository, "src", project);

    public static string ProjectFile(string project) => Path.Combine(ProjectFolder(project), project + ".csproj");

    /// <summary>C# files of a project that people write.</summary>
    public static IEnumerable<string> Files(string project) =>
        Directory.EnumerateFiles(ProjectFolder(project), "*.cs", SearchOption.AllDirectories)
            .Where(path => !Path.GetRelativePath(ProjectFolder(project), path).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "Migrations"));
}
