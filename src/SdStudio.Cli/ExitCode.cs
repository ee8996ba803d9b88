namespace SdStudio.Cli;

/// <summary>What the program answers to the shell.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>It was tried and did not work; the message is on the error stream.</summary>
    public const int Failure = 1;

    /// <summary>The arguments are wrong; nothing was tried.</summary>
    public const int Usage = 2;

    /// <summary>Stopped by Ctrl+C: 128 and the signal's number, as shells have it.</summary>
    public const int Cancelled = 130;
}
