using System.Globalization;

namespace SdStudio.Web.Components.Parts;

/// <summary>Sizes of files and memory as people say them: 34 MB, 6.9 GB. Powers of 1000, as shops and file managers count.</summary>
public static class ByteSize
{
    private static readonly string[] s_units = ["bytes", "KB", "MB", "GB", "TB"];

    public static string Text(long bytes)
    {
        int unit = UnitOf(bytes);
        return unit == 0 && bytes == 1 ? "1 byte" : $"{Number(bytes, unit)} {s_units[unit]}";
    }

    /// <summary>"4.3 of 6.9 GB": both in the unit of the whole.</summary>
    public static string Of(long done, long total)
    {
        int unit = UnitOf(total);
        return $"{Number(done, unit)} of {Number(total, unit)} {s_units[unit]}";
    }

    private static int UnitOf(long bytes)
    {
        int unit = 0;
        // 999.6 MB would be written "1000 MB"; it is 1 GB.
        for (double value = Math.Abs((double)bytes); value >= 999.5 && unit < s_units.Length - 1; value /= 1000)
        {
            unit++;
        }

        return unit;
    }

    private static string Number(long bytes, int unit)
    {
        double value = bytes / Math.Pow(1000, unit);
        return value.ToString(unit > 0 && Math.Abs(value) < 9.95 ? "0.#" : "0", CultureInfo.InvariantCulture);
    }
}
