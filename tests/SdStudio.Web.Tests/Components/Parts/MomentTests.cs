using Microsoft.Extensions.Time.Testing;
using SdStudio.Web.Components.Parts;

namespace SdStudio.Web.Tests.Components.Parts;

public sealed class MomentTests
{
    // A Monday, 00:30 local time in a zone two hours ahead.
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 22, 22, 30, 0, TimeSpan.Zero));

    public MomentTests() => _clock.SetLocalTimeZone(TimeZoneInfo.CreateCustomTimeZone("home", TimeSpan.FromHours(2), "home", "home"));

    [Theory]
    [InlineData("2026-11-22T22:05:00Z", "today, 00:05")]
    [InlineData("2026-11-22T21:59:00Z", "yesterday, 23:59")]
    [InlineData("2026-11-21T17:42:00Z", "Saturday, 19:42")]
    [InlineData("2026-11-17T10:00:00Z", "Tuesday, 12:00")]
    [InlineData("2026-11-16T10:00:00Z", "16 November, 12:00")]
    [InlineData("2025-10-03T06:10:00Z", "3 October 2025, 08:10")]
    public void Text_PastTime_IsSaidFromWhereOneIs(string at, string expected) =>
        Assert.Equal(expected, Moment.Text(DateTimeOffset.Parse(at, null), _clock));

    [Fact]
    public void DayAndMonth_NearMidnight_AreLocal()
    {
        DateTimeOffset at = new(2026, 10, 31, 22, 30, 0, TimeSpan.Zero);

        Assert.Equal("1 November 2026", Moment.Day(at, _clock));
        Assert.Equal("November 2026", Moment.Month(at, _clock));
    }
}
