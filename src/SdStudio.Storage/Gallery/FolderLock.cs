namespace SdStudio.Storage.Gallery;

/// <summary>
/// One program at a time keeps pictures in one folder: a second would take the first one's unfinished files for those of a crash,
/// and its jobs for its own. The system lets go of the lock however the program ends.
/// </summary>
public static class FolderLock
{
    private const string FileName = "studio.lock";

    /// <returns>Held until disposed; null when another program holds it.</returns>
    public static IDisposable? TryTake(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return new FileStream(Path.Combine(folder, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
