using System.Diagnostics;
using System.Text.Json;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Architecture;

/// <summary>
/// Which native packages a build takes, asked of MSBuild itself: the platforms that are not here can at least be evaluated. Not while other tests
/// run: a process, until it begins its own program, holds copies of the files that are being written here, and their locks with them.
/// </summary>
[Collection(nameof(PackageChoiceTests))]
[CollectionDefinition(nameof(PackageChoiceTests), DisableParallelization = true)]
public sealed class PackageChoiceTests
{
    public static TheoryData<string[], string, string> Runtimes => new()
    {
        { ["-p:OS=Unix"], "Microsoft.ML.OnnxRuntime", "1.31." },
        { ["-p:OS=Unix", "-p:Accelerator=cuda"], "Microsoft.ML.OnnxRuntime.Gpu.Linux", "1.31." },
        { ["-p:OS=Windows_NT"], "Microsoft.ML.OnnxRuntime.DirectML", "1.24." },
        { ["-p:OS=Windows_NT", "-p:Accelerator=cuda"], "Microsoft.ML.OnnxRuntime.Gpu.Windows", "1.31." },
        { ["-p:OS=Windows_NT", "-p:Accelerator=cpu"], "Microsoft.ML.OnnxRuntime", "1.31." },
    };

    [Theory]
    [MemberData(nameof(Runtimes))]
    public async Task Diffusion_Platform_TakesOneRuntimeOfTheRightLine(string[] properties, string package, string version)
    {
        ArgumentNullException.ThrowIfNull(properties);
        using JsonDocument evaluated = await EvaluateAsync("SdStudio.Diffusion", ["-getItem:PackageReference", "-getItem:PackageVersion", "-getProperty:OnnxRuntimeVersion", .. properties]);

        Assert.Equal([package], Includes(evaluated, "PackageReference").Where(name => name.StartsWith("Microsoft.ML.OnnxRuntime", StringComparison.Ordinal)));
        Assert.StartsWith(version, evaluated.RootElement.GetProperty("Properties").GetProperty("OnnxRuntimeVersion").GetString(), StringComparison.Ordinal);

        // The managed half refuses a native library that is older than itself, so every one of them has that version.
        string[] versions = [.. Items(evaluated, "PackageVersion")
            .Where(item => item.GetProperty("Identity").GetString()!.StartsWith("Microsoft.ML.OnnxRuntime", StringComparison.Ordinal))
            .Select(item => item.GetProperty("Version").GetString()!)];
        Assert.NotEmpty(versions);
        Assert.All(versions, pinned => Assert.StartsWith(version, pinned, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Unix", "NetVips.Native.linux-")]
    [InlineData("Windows_NT", "NetVips.Native.win-")]
    public async Task Storage_Platform_TakesOneNativeLibvips(string system, string prefix)
    {
        using JsonDocument evaluated = await EvaluateAsync("SdStudio.Storage", ["-getItem:PackageReference", $"-p:OS={system}"]);

        string native = Assert.Single(Includes(evaluated, "PackageReference"), name => name.StartsWith("NetVips.Native", StringComparison.Ordinal));

        // Evaluated on a Mac, "Unix" is a Mac.
        Assert.StartsWith(OperatingSystem.IsMacOS() && system == "Unix" ? "NetVips.Native.osx-" : prefix, native, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Includes(JsonDocument evaluated, string kind) => Items(evaluated, kind).Select(item => item.GetProperty("Identity").GetString()!);

    private static IEnumerable<JsonElement> Items(JsonDocument evaluated, string kind) => evaluated.RootElement.GetProperty("Items").GetProperty(kind).EnumerateArray();

    private static async Task<JsonDocument> EvaluateAsync(string project, string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", ["msbuild", SourceTree.ProjectFile(project), "-nologo", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = GoldenFolder.Repository,
        };

        // The test runner's own MSBuild must not lend its paths to this one.
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(name);
        }

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{output}{await errors}");
        return JsonDocument.Parse(output);
    }
}
