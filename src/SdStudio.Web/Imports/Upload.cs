namespace SdStudio.Web.Imports;

/// <summary>A file that somebody brought; gone when disposed.</summary>
/// <param name="path">Full path, which never leaves the server.</param>
/// <param name="places">Given back when it goes.</param>
public sealed class Upload(string path, SemaphoreSlim places) : IDisposable
{
    private bool _gone;

    public string Path => path;

    public void Dispose()
    {
        if (_gone)
        {
            return;
        }

        _gone = true;
        try
        {
            places.Release();
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // Somebody reads it at this moment, or the program ends: the next start takes it away.
        }
    }
}
