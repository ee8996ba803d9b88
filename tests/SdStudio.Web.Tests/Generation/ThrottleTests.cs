using Microsoft.Extensions.Time.Testing;
using SdStudio.Tests;
using SdStudio.Web.Generation;

namespace SdStudio.Web.Tests.Generation;

public sealed class ThrottleTests
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(50);
    private readonly FakeTimeProvider _time = new();
    private int _calls;

    [Fact]
    public async Task Signals_InABurst_BecomeOneCallNowAndOneAfterTheInterval()
    {
        using Throttle throttle = New(() => Interlocked.Increment(ref _calls));
        throttle.Signal();
        await Until.True(() => Volatile.Read(ref _calls) == 1, "the first call");

        for (int i = 0; i < 100; i++)
        {
            throttle.Signal();
        }

        _time.Advance(s_interval - TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, Volatile.Read(ref _calls));
        await Until.True(
            () =>
            {
                _time.Advance(TimeSpan.FromMilliseconds(1));
                return Volatile.Read(ref _calls) == 2;
            },
            "the call for the newest signal");
        _time.Advance(s_interval * 10);
        Assert.Equal(2, Volatile.Read(ref _calls));
    }

    [Fact]
    public async Task Signal_WhileTheListenerRuns_IsNotLostAndNeverOverlaps()
    {
        using ManualResetEventSlim entered = new(), go = new();
        int inside = 0, most = 0;
        using Throttle throttle = New(() =>
        {
            most = Math.Max(most, Interlocked.Increment(ref inside));
            entered.Set();
            go.Wait();
            Interlocked.Decrement(ref inside);
            Interlocked.Increment(ref _calls);
        });
        throttle.Signal();
        entered.Wait();
        throttle.Signal();
        go.Set();

        await Until.True(
            () =>
            {
                _time.Advance(s_interval);
                return Volatile.Read(ref _calls) == 2;
            },
            "the second call");
        Assert.Equal(1, most);
    }

    [Fact]
    public void Signal_AfterDispose_IsSilent()
    {
        Throttle throttle = New(() => Interlocked.Increment(ref _calls));
        throttle.Dispose();
        throttle.Signal();
        _time.Advance(s_interval);

        Assert.Equal(0, _calls);
    }

    private Throttle New(Action listener) => new(listener, s_interval, _time, exception => throw new InvalidOperationException("Unexpected.", exception));
}
