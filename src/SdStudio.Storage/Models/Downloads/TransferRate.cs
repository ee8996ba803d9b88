namespace SdStudio.Storage.Models.Downloads;

/// <summary>Bytes per second over the last seconds, so that a pause or a burst shows without making the time left jump.</summary>
internal sealed class TransferRate(TimeProvider time)
{
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan s_least = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_grain = TimeSpan.FromMilliseconds(100);

    private readonly Queue<(long At, long Bytes)> _samples = new();
    private (long At, long Bytes) _newest;

    /// <param name="bytes">All bytes so far.</param>
    public void Add(long bytes)
    {
        long now = time.GetTimestamp();
        if (_samples.Count == 0 || time.GetElapsedTime(_samples.Last().At, now) >= s_grain)
        {
            _samples.Enqueue((now, bytes));
        }

        _newest = (now, bytes);
        while (_samples.Count > 2 && time.GetElapsedTime(_samples.Peek().At, now) > s_window)
        {
            _samples.Dequeue();
        }
    }

    /// <summary>Null until there is enough to say.</summary>
    public double? BytesPerSecond
    {
        get
        {
            if (_samples.Count == 0)
            {
                return null;
            }

            TimeSpan span = time.GetElapsedTime(_samples.Peek().At, _newest.At);
            return span < s_least ? null : (_newest.Bytes - _samples.Peek().Bytes) / span.TotalSeconds;
        }
    }

    /// <param name="rest">Bytes that are still missing.</param>
    public TimeSpan? Left(long? rest) =>
        rest is { } bytes && BytesPerSecond is > 1 and var speed && bytes / speed < TimeSpan.FromDays(30).TotalSeconds
            ? TimeSpan.FromSeconds(bytes / speed)
            : null;
}
