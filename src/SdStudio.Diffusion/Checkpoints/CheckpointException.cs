namespace SdStudio.Diffusion.Checkpoints;

/// <summary>A model file is broken or incomplete.</summary>
public sealed class CheckpointException : DiffusionException
{
    public CheckpointException(string path, CheckpointProblem problem, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Path = path;
        Problem = problem;
    }

    /// <summary>The file or folder.</summary>
    public string Path { get; }

    public CheckpointProblem Problem { get; }
}
