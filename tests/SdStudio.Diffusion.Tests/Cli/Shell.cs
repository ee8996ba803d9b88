using SdStudio.Cli;

namespace SdStudio.Diffusion.Tests.Cli;

/// <summary>Runs the command line as a shell would, and keeps what it says.</summary>
internal sealed record Shell(int ExitCode, string Output, string Error)
{
    public static Shell Run(params string[] args) => Run(CancellationToken.None, args);

    public static Shell Run(CancellationToken cancellationToken, params string[] args)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int code = CommandLine.RunAsync(args, TextWriter.Synchronized(output), TextWriter.Synchronized(error), cancellationToken).GetAwaiter().GetResult();
        return new Shell(code, output.ToString(), error.ToString());
    }
}
