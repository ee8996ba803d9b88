using System.CommandLine;
using System.CommandLine.Invocation;
using SdStudio.Diffusion;
using SdStudio.Storage.Data;
using SdStudio.Storage.Models;
using SdStudio.Storage.Models.Downloads;

namespace SdStudio.Cli;

/// <summary>The commands, and what every one of them has in common: messages instead of stack traces, and exit codes.</summary>
internal static class CommandLine
{
    /// <summary>A step of a large model on a small machine ends within a few seconds of being told to.</summary>
    private static readonly TimeSpan s_timeToStop = TimeSpan.FromSeconds(30);

    public static RootCommand Build() => new("Makes pictures with Stable Diffusion on this machine.")
    {
        GenerateCommand.Build(),
        SheetCommand.Build(),
        VerifyCommand.Build(),
        InspectCommand.Build(),
        ModelsCommand.Build(),
        BenchCommand.Build(),
        TokenizerCommand.Build(),
        PassphraseCommand.Build(),
        ImportCommand.Build(),
    };

    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error, CancellationToken cancellationToken = default)
    {
        ParseResult parsed = Build().Parse(args);
        InvocationConfiguration configuration = new()
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = s_timeToStop,
        };
        try
        {
            int code = await parsed.InvokeAsync(configuration, cancellationToken);
            return parsed.Action is ParseErrorAction ? ExitCode.Usage : code;
        }
        catch (OperationCanceledException)
        {
            await error.WriteLineAsync("Cancelled.");
            return ExitCode.Cancelled;
        }
        catch (Exception e) when (e is DiffusionException or TokenizerDownloadException or DownloadException or DamagedDatabaseException or IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync(e.Message);
            return ExitCode.Failure;
        }
        catch (OutOfMemoryException)
        {
            await error.WriteLineAsync("Not enough memory. Try a smaller picture, close other programs, or use --low-memory.");
            return ExitCode.Failure;
        }
    }
}
