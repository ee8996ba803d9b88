using System.Globalization;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>How messages name things that come from files.</summary>
internal static class Wording
{
    private const int LongestName = 100;

    private static readonly string[] s_units = ["bytes", "KB", "MB", "GB", "TB"];

    /// <summary>A name from a file in quotes: short, and without characters that could disturb a terminal or a log.</summary>
    public static string Quote(string name)
    {
        string visible = string.Concat(name.Take(LongestName).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '\uFFFD' : c));
        return name.Length > LongestName ? $"\"{visible}...\"" : $"\"{visible}\"";
    }

    /// <summary>"1.2 of 2.1 GB"</summary>
    public static string Share(long part, long whole)
    {
        int unit = UnitOf(whole);
        return $"{Number(part, unit)} of {Number(whole, unit)} {s_units[unit]}";
    }

    /// <summary>"2.1 GB"</summary>
    public static string Size(long bytes)
    {
        int unit = UnitOf(bytes);
        return $"{Number(bytes, unit)} {s_units[unit]}";
    }

    private static int UnitOf(long bytes)
    {
        int unit = 0;
        for (double rest = bytes; rest >= 1000 && unit < s_units.Length - 1; rest /= 1000)
        {
            unit++;
        }

        return unit;
    }

    private static string Number(long bytes, int unit) =>
        (bytes / Math.Pow(1000, unit)).ToString(unit == 0 ? "0" : "0.0", CultureInfo.InvariantCulture);
}
