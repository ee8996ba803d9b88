namespace SdStudio.Web.Generation;

/// <summary>
/// Passes signals on to one listener: never on the signalling thread, never twice at once, at most once an interval, newest wins.
/// A listener that is slow hears less often; whoever signals never waits for it.
/// </summary>
internal sealed class Throttle : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Action _listener;
    private readonly Action<Exception> _failed;
    private readonly TimeSpan _interval;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private long? _lastRun;
    private bool _isScheduled;
    private bool _isStale;
    private bool _isDisposed;

    /// <param name="failed">Told when the listener throws; it hears nothing more then.</param>
    public Throttle(Action listener, TimeSpan interval, TimeProvider time, Action<Exception> failed)
    {
        (_listener, _interval, _time, _failed) = (listener, interval, time, failed);
        _timer = time.CreateTimer(static throttle => ((Throttle)throttle!).Run(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Signal()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            // What the listener has already begun to read may be old by now: it is called once more.
            _isStale = true;
            if (!_isScheduled)
            {
                Schedule();
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
        }

        _timer.Dispose();
    }

    private void Schedule()
    {
        _isScheduled = true;
        TimeSpan wait = _lastRun is { } last ? _interval - _time.GetElapsedTime(last) : TimeSpan.Zero;
        if (wait <= TimeSpan.Zero)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static throttle => throttle.Run(), this, preferLocal: false);
        }
        else
        {
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
        }
    }

    private void Run()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            _isStale = false;
            _lastRun = _time.GetTimestamp();
        }

        try
        {
            _listener();
        }
        catch (Exception exception)
        {
            // The pool would end the process for one broken page.
            Dispose();
            _failed(exception);
            return;
        }

        lock (_gate)
        {
            _isScheduled = false;
            if (_isStale && !_isDisposed)
            {
                Schedule();
            }
        }
    }
}
