namespace SdStudio.Storage.Models.Downloads;

/// <summary>Whether a download fits the disk.</summary>
internal static class DiskSpace
{
    /// <param name="missing">Bytes that are still to come.</param>
    /// <exception cref="DownloadException">It does not fit.</exception>
    public static void Check(string folder, long missing, DownloadSettings settings)
    {
        long? free = settings.FreeSpace is { } ask ? ask(folder) : FreeAt(folder);
        if (free < missing + settings.SpaceToLeave)
        {
            throw new DownloadException(
                $"The disk of {folder} has {Gigabytes(free.Value)} GB free; {Gigabytes(missing)} GB are still to come, and {Gigabytes(settings.SpaceToLeave)} GB stay free. Make room, then try again.")
            { IsFinal = true };
        }
    }

    private static long? FreeAt(string folder)
    {
        try
        {
            return new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(folder)! : folder).AvailableFreeSpace;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // A share without a drive letter does not say: a full disk is then noticed while writing.
            return null;
        }
    }

    private static string Gigabytes(long bytes) => (bytes / 1e9).ToString("0.#", System.Globalization.CultureInfo.InvariantCulture);
}
