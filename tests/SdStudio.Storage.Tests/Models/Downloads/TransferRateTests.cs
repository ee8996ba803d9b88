using SdStudio.Storage.Models.Downloads;

namespace SdStudio.Storage.Tests.Models.Downloads;

public sealed class TransferRateTests
{
    private readonly Clock _clock = new();

    [Fact]
    public void Rate_SteadyPace_GivesSpeedAndTimeLeft()
    {
        TransferRate rate = new(_clock);
        Assert.Null(rate.BytesPerSecond);

        Run(rate, from: 0, perSecond: 1000, seconds: 5);

        Assert.Equal(1000, rate.BytesPerSecond!.Value, tolerance: 1);
        Assert.Equal(10, rate.Left(10_000)!.Value.TotalSeconds, tolerance: 0.1);
        Assert.Null(rate.Left(null));
    }

    [Fact]
    public void Rate_PaceChanges_FollowsWithinSeconds()
    {
        TransferRate rate = new(_clock);
        Run(rate, from: 0, perSecond: 1000, seconds: 60);
        Run(rate, from: 60_000, perSecond: 100, seconds: 12);

        Assert.Equal(100, rate.BytesPerSecond!.Value, tolerance: 20);
    }

    private void Run(TransferRate rate, long from, int perSecond, int seconds)
    {
        for (int tenth = 1; tenth <= seconds * 10; tenth++)
        {
            _clock.Advance();
            rate.Add(from + tenth * perSecond / 10);
        }
    }

    /// <summary>A clock that moves by a tenth of a second when told to.</summary>
    private sealed class Clock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => 10;

        public override long GetTimestamp() => _now;

        public void Advance() => _now++;
    }
}
