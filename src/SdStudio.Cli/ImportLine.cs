using System.Globalization;
using SdStudio.Storage.Import;

namespace SdStudio.Cli;

/// <summary>How far an import is: one line that is written over on a terminal, and a line for every tenth elsewhere.</summary>
internal sealed class ImportLine(TextWriter output, TimeProvider time) : IProgress<FolderImport>
{
    private readonly bool _isTerminal = !Console.IsOutputRedirected;
    private readonly long _startedAt = time.GetTimestamp();
    private int? _seenBefore;
    private int _tenth = -1;
    private int _length;

    public void Report(FolderImport value)
    {
        _seenBefore ??= value.Seen;
        int total = value.Total ?? 0, tenth = total == 0 ? 10 : (int)(10L * value.Seen / total);
        if (!_isTerminal && tenth == _tenth)
        {
            return;
        }

        _tenth = tenth;
        int seen = value.Seen - _seenBefore.Value;
        string left = seen == 0 || value.Seen >= total ? "" : $", {Left(time.GetElapsedTime(_startedAt) * ((double)(total - value.Seen) / seen))} left";
        string line = string.Create(CultureInfo.InvariantCulture, $"{value.Seen} of {total} pictures, {value.Added} came in{left}");
        if (_isTerminal)
        {
            output.Write($"\r{line.PadRight(_length)}");
            _length = line.Length;
        }
        else
        {
            output.WriteLine(line);
        }
    }

    /// <summary>What comes next gets a line of its own.</summary>
    public void End()
    {
        if (_isTerminal && _length > 0)
        {
            output.WriteLine();
        }
    }

    private static string Left(TimeSpan left) => left.TotalMinutes < 1 ? $"{Math.Ceiling(left.TotalSeconds):0} s" : left.TotalHours < 1 ? $"{left.TotalMinutes:0} min" : $"{left.TotalHours:0.0} h";
}
