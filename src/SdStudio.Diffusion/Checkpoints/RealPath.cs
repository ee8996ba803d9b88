namespace SdStudio.Diffusion.Checkpoints;

/// <summary>Paths with every link on the way followed.</summary>
internal static class RealPath
{
    private const int MostLinks = 40;

    /// <summary>A path inside a folder that stays inside it when links are followed.</summary>
    /// <exception cref="CheckpointException">It leads out.</exception>
    public static string Inside(string folder, params ReadOnlySpan<string> parts)
    {
        string inner = Path.Combine([folder, .. parts]);
        string root = Resolve(folder);
        string resolved = Resolve(inner);
        return resolved.StartsWith(Path.TrimEndingDirectorySeparator(root) + Path.DirectorySeparatorChar, StringComparison.Ordinal)
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
