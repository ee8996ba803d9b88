using System.Diagnostics;

namespace SdStudio.Web.Generation;

/// <summary>How much memory loaded models may take together, and how much the program takes now.</summary>
/// <param name="Budget">Bytes; a single model may take more, and with 0 there is never a second.</param>
/// <param name="InUse">Bytes of the program's own at this moment.</param>
internal sealed record ModelMemory(long Budget, Func<long> InUse)
{
    private const string Status = "/proc/self/status";

    /// <param name="gigabytes">Null: half of the machine's memory.</param>
    public static ModelMemory Of(double? gigabytes) => new(
        gigabytes is { } given ? (long)(given * 1e9) : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2,
        PrivateBytes);

    /// <summary>For a model that was never loaded here: half-precision weights are held in single precision on a processor.</summary>
    /// <param name="fileSize">Bytes.</param>
    public static long Estimate(long fileSize) => 2 * fileSize;

    private static long PrivateBytes()
    {
        if (File.Exists(Status))
        {
            // Without the mapped model files, which the system takes back when it needs the memory.
            foreach (string line in File.ReadLines(Status))
            {
                if (line.StartsWith("RssAnon:", StringComparison.Ordinal) && line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [.., var kilobytes, _] && long.TryParse(kilobytes, out long number))
                {
                    return number * 1024;
                }
            }
        }

        using Process process = Process.GetCurrentProcess();
        return process.PrivateMemorySize64;
    }
}
