namespace SdStudio.Diffusion;

/// <summary>Something outside the program is broken or unsupported. The message is for the person at the screen: what, where, what to do.</summary>
public abstract class DiffusionException : Exception
{
    protected DiffusionException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
