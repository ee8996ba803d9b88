namespace SdStudio.Diffusion.Checkpoints;

/// <summary>A sound file of a kind that this program does not run.</summary>
public sealed class UnsupportedModelException : DiffusionException
{
    public UnsupportedModelException(string path, string message, ModelFamily? family = null)
        : base(message)
    {
        Path = path;
        Family = family;
    }

    /// <summary>The file or folder.</summary>
    public string Path { get; }

    /// <summary>The family it was recognised as; null where it is none that this program has heard of.</summary>
    public ModelFamily? Family { get; }
}
