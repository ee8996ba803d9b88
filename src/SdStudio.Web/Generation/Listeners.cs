using System.Collections.Immutable;

namespace SdStudio.Web.Generation;

/// <summary>Those who want to hear that something changed; each behind a <see cref="Throttle"/> of its own.</summary>
/// <param name="interval">Least time between two calls of one listener; null: 20 a second.</param>
internal sealed partial class Listeners(TimeProvider time, ILogger logger, TimeSpan? interval = null)
{
    // What an eye takes for continuous, and as many previews as a fast model makes.
    private readonly TimeSpan _interval = interval ?? TimeSpan.FromMilliseconds(50);

    private ImmutableArray<Throttle> _throttles = [];

    public int Count => _throttles.Length;

    public IDisposable Add(Action changed, Action? left = null)
    {
        ArgumentNullException.ThrowIfNull(changed);
        Throttle throttle = new(changed, _interval, time, LogFailedListener);
        ImmutableInterlocked.Update(ref _throttles, (throttles, added) => throttles.Add(added), throttle);
        return new Subscription(this, throttle, left);
    }

    public void Signal()
    {
        foreach (Throttle throttle in _throttles)
        {
            throttle.Signal();
        }
    }

    private sealed class Subscription(Listeners listeners, Throttle throttle, Action? left) : IDisposable
    {
        private int _isDisposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            {
                return;
            }

            ImmutableInterlocked.Update(ref listeners._throttles, (throttles, removed) => throttles.Remove(removed), throttle);
            throttle.Dispose();
            left?.Invoke();
        }
    }

    [LoggerMessage(LogLevel.Warning, "A page failed while it followed a queue; it hears nothing more.")]
    private partial void LogFailedListener(Exception exception);
}
