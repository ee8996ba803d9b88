using System.IO.Enumeration;

namespace SdStudio.Diffusion.Prompts.Dynamic;

/// <summary>Names of wildcards in which <c>*</c> stands for anything, folders too.</summary>
public static class WildcardPattern
{
    public static bool Holds(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Contains('*', StringComparison.Ordinal);
    }

    public static bool IsMatch(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: true);
}
