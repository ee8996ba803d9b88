using System.Text.RegularExpressions;

namespace SdStudio.Diffusion.Tests.Architecture;

/// <summary>One public type per file, named like the file; the folder is the namespace.</summary>
public sealed partial class SourceFileTests
{
    public static TheoryData<string> Projects => [.. SourceTree.Projects];

    [Theory]
    [MemberData(nameof(Projects))]
    public void File_DeclaresAtMostOnePublicType_NamedLikeTheFile(string project)
    {
        var wrong = new List<string>();
        foreach (string path in SourceTree.Files(project))
        {
            string[] names = [.. PublicType().Matches(File.ReadAllText(path)).Select(match => match.Groups["name"].Value)];
            string expected = Path.GetFileName(path).Split('.')[0];
            if (names.Length > 1 || names.Any(name => name != expected))
            {
                wrong.Add($"{Path.GetFileName(path)}: {string.Join(", ", names)}");
            }
        }

        Assert.Empty(wrong);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Namespace_IsTheFolder(string project)
    {
        var wrong = new List<string>();
        foreach (string path in SourceTree.Files(project))
        {
            string folder = Path.GetRelativePath(SourceTree.ProjectFolder(project), Path.GetDirectoryName(path)!);
            string expected = folder == "." ? project : $"{project}.{folder.Replace(Path.DirectorySeparatorChar, '.')}";
            if (Namespace().Match(File.ReadAllText(path)) is { Success: true } match && match.Groups["name"].Value != expected)
            {
                wrong.Add($"{Path.GetFileName(path)}: {match.Groups["name"].Value}, not {expected}");
            }
        }

        Assert.Empty(wrong);
    }

    // Types of a file-scoped namespace begin at the line's start; nested ones are indented.
    [GeneratedRegex(@"^public\s+(?:(?:sealed|static|abstract|partial|readonly|ref|unsafe)\s+)*(?:class|struct|interface|enum|record(?:\s+(?:class|struct))?|delegate\s+[\w<>\[\]?]+)\s+(?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex PublicType();

    [GeneratedRegex(@"^namespace\s+(?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();
}
