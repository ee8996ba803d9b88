namespace SdStudio.Diffusion.Checkpoints;

/// <summary>Opens files of models, and turns what the operating system says into words for a person.</summary>
internal static class ModelStream
{
    /// <exception cref="CheckpointException">It is not there, or may not be read.</exception>
    public static FileStream Open(string path) =>
        Guard(path, () => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0));

    /// <exception cref="CheckpointException">The read fails.</exception>
    public static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CheckpointException(path, CheckpointProblem.NotFound, $"There is no file {Wording.Quote(path)}.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException(path, CheckpointProblem.Unreadable, $"The file {Wording.Quote(path)} cannot be read: {e.Message}", e);
        }
    }
}
