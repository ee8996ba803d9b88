using System.Globalization;

namespace SdStudio.Web.Components.Parts;

/// <summary>Points in time as people at home say them, in the time zone of this computer.</summary>
public static class Moment
{
    /// <summary>"today, 19:42", "yesterday, 08:10", "Saturday, 19:42", "3 October, 19:42", "3 October 2025, 19:42".</summary>
    public static string Text(DateTimeOffset at, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);

        DateTime then = Local(at, clock);
        return $"{DayWord(then, Local(clock.GetUtcNow(), clock))}, {then.ToString("HH:mm", CultureInfo.InvariantCulture)}";
    }

    /// <summary>"21 November 2026".</summary>
    public static string Day(DateTimeOffset at, TimeProvider clock) => Write(Local(at, clock), "d MMMM yyyy");

    /// <summary>"November 2026".</summary>
    public static string Month(DateTimeOffset at, TimeProvider clock) => Write(Local(at, clock), "MMMM yyyy");

    private static string DayWord(DateTime then, DateTime now) => (now.Date - then.Date).Days switch
    {
        0 => "today",
        1 => "yesterday",
        > 1 and < 7 => Write(then, "dddd"),
        _ => Write(then, then.Year == now.Year ? "d MMMM" : "d MMMM yyyy"),
    };

    private static DateTime Local(DateTimeOffset at, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        return TimeZoneInfo.ConvertTime(at, clock.LocalTimeZone).DateTime;
    }

    private static string Write(DateTime time, string format) => time.ToString(format, CultureInfo.InvariantCulture);
}
