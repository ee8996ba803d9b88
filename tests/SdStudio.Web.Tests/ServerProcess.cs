using System.Diagnostics;

namespace SdStudio.Web.Tests;

/// <summary>The built program in a process of its own, which may be killed.</summary>
internal sealed class ServerProcess : IDisposable
{
    private const string Greeting = "SdStudio is ready: ";

    private readonly Process _process;
    private readonly TaskCompletionSource<bool> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> _output = [];

    private ServerProcess(IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new("dotnet")
        {
            WorkingDirectory = RepositoryRoot.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Program);
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        StartedAt = DateTime.UtcNow;
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
        _process.Exited += (_, _) => _ready.TrySetResult(false);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public DateTime StartedAt { get; }

    /// <summary>Where it listens, as its greeting says.</summary>
    public Uri Address => new(Output.Split('\n').First(line => line.StartsWith(Greeting, StringComparison.Ordinal))[Greeting.Length..].Split([' ', ','])[0]);

    public int ExitCode => _process.ExitCode;

    public string Output
    {
        get
        {
            lock (_output)
            {
                return string.Join('\n', _output);
            }
        }
    }

    // Beside these tests' own build: Debug with Debug, Release with Release.
    private static string Program { get; } = Path.Combine(
        RepositoryRoot.Path, "src", "SdStudio.Web", "bin", Path.GetRelativePath(Path.Combine(RepositoryRoot.Path, "tests", "SdStudio.Web.Tests", "bin"), AppContext.BaseDirectory), "SdStudio.Web.dll");

    public static ServerProcess Start(string folder, params string[] settings) =>
        new(["--urls", "http://127.0.0.1:0", $"--Gallery:Folder={folder}", $"--Models:Roots:0={RepositoryRoot.Models}", .. settings]);

    /// <summary>False when the program ended before it was ready.</summary>
    public async Task<bool> WhenReadyAsync()
    {
        try
        {
            return await _ready.Task.WaitAsync(TimeSpan.FromMinutes(2));
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"The server was not ready after two minutes. It said:\n{Output}");
        }
    }

    /// <summary>SIGKILL: the program has no say in it.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, as a service manager would; Windows has no such signal, so there the program is only ended.</summary>
    public async Task StopAsync()
    {
        if (OperatingSystem.IsWindows())
        {
            await KillAsync();
            return;
        }

        using Process kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        await WhenExitedAsync();
    }

    public Task WhenExitedAsync() => _process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private void Hear(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_output)
        {
            _output.Add(line);
        }

        if (line.StartsWith(Greeting, StringComparison.Ordinal))
        {
            _ready.TrySetResult(true);
        }
    }
}
