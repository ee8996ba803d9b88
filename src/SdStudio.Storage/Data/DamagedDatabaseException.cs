namespace SdStudio.Storage.Data;

/// <summary>The database's file is not one, or is damaged. The pictures are not: each carries its recipe, and is read back from its file.</summary>
public sealed class DamagedDatabaseException : Exception
{
    public DamagedDatabaseException(string path, Exception innerException)
        : base($"the database {path} is damaged. Move it away and start again: every picture is read back from its file; only favourites, links and the queue are lost with it.", innerException)
    {
        Path = path;
    }

    public string Path { get; }
}
