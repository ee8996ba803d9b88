using System.Diagnostics;
using System.Globalization;

namespace SdStudio.Cli;

/// <summary>Follows this process's memory; the system keeps a peak of the whole, not of the private part.</summary>
internal sealed class MemoryWatch : IDisposable
{
    private const string Status = "/proc/self/status";

    private readonly Timer _timer;
    private long _peakPrivate;

    public MemoryWatch()
    {
        _timer = new Timer(_ => Look(), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(50));
    }

    /// <summary>The mapped model file included.</summary>
    public static long PeakResident
    {
        get
        {
            using Process process = Process.GetCurrentProcess();
            return process.PeakWorkingSet64;
        }
    }

    /// <summary>At this moment; null where the system does not tell.</summary>
    public static long? Private => File.Exists(Status)
        ? File.ReadLines(Status).Where(line => line.StartsWith("RssAnon:", StringComparison.Ordinal)).Select(line => (long?)Bytes(line)).FirstOrDefault()
        : null;

    /// <summary>Null where the system does not tell.</summary>
    public long? PeakPrivate
    {
        get
        {
            Look();
            return _peakPrivate > 0 ? _peakPrivate : null;
        }
    }

    public void Dispose() => _timer.Dispose();

    private static long Bytes(string line) => 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture);

    private void Look() => _peakPrivate = Math.Max(_peakPrivate, Private ?? 0);
}
