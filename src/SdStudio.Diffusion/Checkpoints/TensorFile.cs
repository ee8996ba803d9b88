namespace SdStudio.Diffusion.Checkpoints;

/// <summary>Opens a file of tensors by what it contains; its extension says nothing.</summary>
public static class TensorFile
{
    /// <exception cref="CheckpointException">The file is broken, or of another kind.</exception>
    public static ITensorFile Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return PickleFile.IsPickle(path) ? PickleFile.Open(path) : SafetensorsFile.Open(path);
    }

    /// <summary>Whether it is a file of torch, of which tensors are read and nothing is run.</summary>
    /// <exception cref="CheckpointException">The file cannot be read.</exception>
    public static bool IsTorch(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return PickleFile.IsPickle(path);
    }

    /// <summary>Reads the table of contents alone.</summary>
    /// <exception cref="CheckpointException">The file is broken, or of another kind.</exception>
    public static SafetensorsHeader ReadHeader(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        using (FileStream stream = ModelStream.Open(path))
        {
            if (!PickleFile.IsPickle(stream, path))
            {
                stream.Position = 0;
                return ModelStream.Guard(path, () => SafetensorsHeader.Read(stream, path));
            }
        }

        using PickleFile file = PickleFile.Open(path);
        return file.Header;
    }
}
