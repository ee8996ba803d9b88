namespace SdStudio.Diffusion.Tokens;

/// <summary>The files of a tokenizer are broken or do not belong together.</summary>
public sealed class TokenizerException : DiffusionException
{
    public TokenizerException(string path, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Path = path;
    }

    /// <summary>The file or folder.</summary>
    public string Path { get; }
}
