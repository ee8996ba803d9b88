using SdStudio.Storage.Models.Downloads;

namespace SdStudio.Cli;

/// <summary>How far a download is: one line that is written over on a terminal, and a line for every tenth elsewhere.</summary>
internal sealed class DownloadLine(TextWriter output, TimeProvider time) : IProgress<DownloadProgress>, IDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(250);

    private readonly bool _isTerminal = !Console.IsOutputRedirected;
    private long? _writtenAt;
    private int _tenth = -1;
    private int _length;
    private DownloadStage? _stage;

    public void Report(DownloadProgress value)
    {
        bool isNewStage = _stage != value.Stage;
        if (_isTerminal ? !isNewStage && _writtenAt is { } at && time.GetElapsedTime(at) < s_interval : !isNewStage && (value.Percent is not { } percent || percent / 10 == _tenth))
        {
            return;
        }

        (_stage, _writtenAt, _tenth) = (value.Stage, time.GetTimestamp(), (value.Percent ?? 0) / 10);
        string line = Text(value);
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

        _length = 0;
    }

    public void Dispose() => End();

    private static string Text(DownloadProgress value)
    {
        string amount = value.Total is { } total ? $"{Words.Size(value.Received)} of {Words.Size(total)}, {value.Percent} %" : Words.Size(value.Received);
        string what = value.Stage switch
        {
            DownloadStage.Asking => "Asking the server",
            DownloadStage.Reconnecting => "The connection broke; it is taken up again",
            DownloadStage.Checking => "Checking",
            _ => amount,
        };
        string speed = value.BytesPerSecond is { } bytes ? $", {Words.Size((long)bytes)}/s" : "";
        string left = value.Left is { } time ? $", {Left(time)} left" : "";
        return $"{"",-16}{what}{speed}{left}";
    }

    private static string Left(TimeSpan time) => time.TotalMinutes < 1 ? $"{Math.Ceiling(time.TotalSeconds):0} s" : time.TotalHours < 1 ? $"{time.TotalMinutes:0} min" : $"{time.TotalHours:0.0} h";
}
