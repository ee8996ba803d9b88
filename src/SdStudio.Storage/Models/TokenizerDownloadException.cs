namespace SdStudio.Storage.Models;

/// <summary>The tokenizer could not be downloaded. The message is for the person who asked for it; nothing was changed on disk.</summary>
public sealed class TokenizerDownloadException : Exception
{
    public TokenizerDownloadException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
