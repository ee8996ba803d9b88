using System.Globalization;
using System.Text.RegularExpressions;

namespace SdStudio.Storage.Plots;

/// <summary>
/// A number, or a range as A1111's plots write it: <c>1-5</c>, with its step <c>1-10 (+2)</c> or <c>10-5 (-3)</c>, or with the number of values
/// <c>0-1 [6]</c>. A range ends with its last number where a step meets it, and never goes beyond it.
/// </summary>
internal static class NumberRange
{
    /// <summary>Longer ones are no numbers that anybody means.</summary>
    private const int LongestText = 80;

    /// <summary>So that no step is too fine to be counted.</summary>
    private const decimal LeastStep = 0.0001m, MostMagnitude = 1e19m;

    private static readonly Regex s_range = new(
        @"^\s*([+-]?\s*\d+(?:\.\d*)?)\s*-\s*([+-]?\s*\d+(?:\.\d*)?)\s*(?:\(\s*([+-]?\s*\d*\.?\d+)\s*\)|\[\s*(\d+)\s*\])?\s*$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    /// <param name="most">Values that it may have.</param>
    /// <returns>The numbers; or a problem, for people.</returns>
    public static (IReadOnlyList<decimal> Numbers, string? Problem) Read(string text, bool isWhole, int most)
    {
        if (text.Length > LongestText)
        {
            return ([], "A number in it is too long.");
        }

        if (Number(text) is { } single)
        {
            return isWhole && decimal.Truncate(single) != single ? ([], $"“{text}” is not a whole number.") : ([single], null);
        }

        Match match = s_range.Match(text);
        if (!match.Success || Number(match.Groups[1].Value) is not { } from || Number(match.Groups[2].Value) is not { } to)
        {
            return ([], $"“{text}” is neither a number nor a range such as 1-10 (+2).");
        }

        return match.Groups[4].Success ? Counted(text, from, to, match.Groups[4].Value, isWhole, most) : Stepped(text, from, to, match.Groups[3], isWhole, most);
    }

    private static (IReadOnlyList<decimal> Numbers, string? Problem) Counted(string text, decimal from, decimal to, string count, bool isWhole, int most)
    {
        bool isCountable = int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int number);
        if (!isCountable || number < 1 || number > most)
        {
            return ([], $"“{text}” has {(isCountable && number == 0 ? "no" : "too many")} values. At most {most} fit.");
        }

        // Cut off for whole numbers, as numpy's linspace does where it is told that they are.
        return ([.. Enumerable.Range(0, number).Select(i => number == 1 ? from : from + ((to - from) * i / (number - 1))).Select(value => isWhole ? decimal.Truncate(value) : decimal.Round(value, 6))], null);
    }

    private static (IReadOnlyList<decimal> Numbers, string? Problem) Stepped(string text, decimal from, decimal to, Group written, bool isWhole, int most)
    {
        decimal step = written.Success ? Number(written.Value) ?? 0 : from <= to ? 1 : -1;
        if (Math.Abs(step) < LeastStep || (isWhole && decimal.Truncate(step) != step))
        {
            return ([], isWhole ? $"The step in “{text}” must be a whole number." : $"The step in “{text}” is too small.");
        }

        if (from != to && Math.Sign(step) != Math.Sign(to - from))
        {
            return ([], $"The step in “{text}” leads away from {to.ToString(CultureInfo.InvariantCulture)}. Turn its sign.");
        }

        decimal count = decimal.Floor((to - from) / step) + 1;
        return count > most
            ? ([], $"“{text}” has too many values. At most {most} fit.")
            : ([.. Enumerable.Range(0, (int)count).Select(i => from + (step * i))], null);
    }

    private static decimal? Number(string text) =>
        decimal.TryParse(text.Replace(" ", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number)
        && Math.Abs(number) <= MostMagnitude ? number : null;
}
