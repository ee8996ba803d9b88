namespace SdStudio.Diffusion.Checkpoints;

/// <summary>Paths with every link on the way followed.</summary>
internal static class RealPath
{
    private const int MostLinks = 40;

    /// <summary>
    /// A path inside a folder that stays inside it when links are followed, or, in a snapshot of the Hugging Face cache, leads to the blobs
    /// of the same repository: there every file is such a link.
    /// </summary>
    /// <exception cref="CheckpointException">It leads elsewhere.</exception>
    public static string Inside(string folder, params ReadOnlySpan<string> parts)
    {
        string inner = Path.Combine([folder, .. parts]);
        string root = Resolve(folder);
        string resolved = Resolve(inner);
        return IsWithin(root, resolved) || (BlobsOf(root) is { } blobs && IsWithin(blobs, resolved))
            ? resolved
            : throw new CheckpointException(
                folder, CheckpointProblem.OutsideFolder, $"{Wording.Quote(inner)} is a link that leads out of the model's folder. Put the file itself there.");
    }

    /// <summary>Links may stand anywhere on the way, so it is walked from the root.</summary>
    public static string Resolve(string path)
    {
        string full = Path.GetFullPath(path);
        for (int links = 0; links < MostLinks; links++)
        {
            if (FollowFirstLink(full) is not { } next)
            {
                return full;
            }

            full = next;
        }

        throw new CheckpointException(path, CheckpointProblem.Unreadable, $"{Wording.Quote(path)} is a link that leads to itself.");
    }

    private static bool IsWithin(string folder, string path) =>
        path.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <param name="folder">Links followed.</param>
    /// <returns><c>models--OWNER--NAME/blobs</c> for <c>models--OWNER--NAME/snapshots/REVISION</c>; null for any other folder.</returns>
    private static string? BlobsOf(string folder) =>
        Path.GetDirectoryName(folder) is { } snapshots && Path.GetFileName(snapshots) == "snapshots"
        && Path.GetDirectoryName(snapshots) is { } repository && Path.GetFileName(repository).StartsWith("models--", StringComparison.Ordinal)
            ? Path.Combine(repository, "blobs")
            : null;

    private static string? FollowFirstLink(string full)
    {
        string root = Path.GetPathRoot(full)!;
        string[] segments = full[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        string walked = root;
        for (int i = 0; i < segments.Length; i++)
        {
            walked = Path.Combine(walked, segments[i]);
            FileSystemInfo entry = new FileInfo(walked);
            if (entry.LinkTarget is { } target)
            {
                string parent = Path.GetDirectoryName(walked) ?? root;
                return Path.GetFullPath(Path.Combine([parent, target, .. segments[(i + 1)..]]));
            }
        }

        return null;
    }
}
