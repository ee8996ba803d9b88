namespace SdStudio.Web.Tests;

/// <summary>The clone that these tests were built from.</summary>
internal static class RepositoryRoot
{
    public static string Path { get; } = Find();

    /// <summary>The model that ships, in a folder with no other models.</summary>
    public static string Models => System.IO.Path.Combine(Path, "models");

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "SdStudio.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No SdStudio.sln above {AppContext.BaseDirectory}.");
    }
}
