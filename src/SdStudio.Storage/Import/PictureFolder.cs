namespace SdStudio.Storage.Import;

/// <summary>The pictures of a folder and of those within it, by their names: what they are is told when they are opened.</summary>
internal static class PictureFolder
{
    private const int MostPictures = 2_000_000;

    private static readonly HashSet<string> s_extensions = new([".png", ".jpg", ".jpeg", ".jfif", ".webp", ".avif", ".gif"], StringComparer.OrdinalIgnoreCase);

    // Links are not followed: a walk along them might never end, and outputs have none.
    private static readonly EnumerationOptions s_options = new()
    {
        RecurseSubdirectories = true,
        MaxRecursionDepth = 24,
        IgnoreInaccessible = true,
        AttributesToSkip = FileAttributes.Hidden | FileAttributes.System | FileAttributes.ReparsePoint,
    };

    /// <returns>Paths below the folder, in an order that is the same every time.</returns>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public static string[] List(string folder, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        foreach (string path in Directory.EnumerateFiles(folder, "*", s_options))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (s_extensions.Contains(Path.GetExtension(path)))
            {
                found.Add(Path.GetRelativePath(folder, path));
                if (found.Count == MostPictures)
                {
                    break;
                }
            }
        }

        string[] sorted = [.. found];
        Array.Sort(sorted, StringComparer.Ordinal);
        return sorted;
    }
}
