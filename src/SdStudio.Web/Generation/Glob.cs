using System.IO.Enumeration;

namespace SdStudio.Web.Generation;

/// <summary>Names with <c>*</c> in them, which mean several wildcards.</summary>
internal static class Glob
{
    public static bool IsMatch(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: true);
}
