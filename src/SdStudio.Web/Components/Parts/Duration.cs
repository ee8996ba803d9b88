using System.Globalization;

namespace SdStudio.Web.Components.Parts;

/// <summary>Lengths of time as people say them: 9 s, 1 min 20 s, 2 h 5 min.</summary>
public static class Duration
{
    /// <summary>Whole seconds, at least one: for time left and time taken.</summary>
    public static string Text(TimeSpan time)
    {
        long seconds = Math.Max(1, (long)Math.Round(time.TotalSeconds, MidpointRounding.AwayFromZero));
        return seconds switch
        {
            < 60 => $"{seconds} s",
            < 3600 => seconds % 60 == 0 ? $"{seconds / 60} min" : $"{seconds / 60} min {seconds % 60} s",
            _ => Hours(seconds),
        };
    }

    /// <summary>With a decimal below ten seconds, two below a tenth: for the time of a step.</summary>
    public static string Exact(TimeSpan time) => time.TotalSeconds switch
    {
        < 0.095 => time.TotalSeconds.ToString("0.## 's'", CultureInfo.InvariantCulture),
        < 9.95 => time.TotalSeconds.ToString("0.# 's'", CultureInfo.InvariantCulture),
        _ => Text(time),
    };

    private static string Hours(long seconds)
    {
        long minutes = (seconds + 30) / 60;
        return minutes % 60 == 0 ? $"{minutes / 60} h" : $"{minutes / 60} h {minutes % 60} min";
    }
}
