using System.Globalization;

namespace SdStudio.Tests;

/// <summary>Comparison of arrays with a stated tolerance; a failure names the worst place.</summary>
internal static class Close
{
    /// <summary>Every |actual - expected| is at most <paramref name="tolerance"/>.</summary>
    public static void Within(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance, string what = "values")
    {
        Assert.True(expected.Length == actual.Length, $"{what}: {expected.Length} expected, {actual.Length} found.");
        (int worst, double error) = Worst(expected, actual, static (_, difference) => difference);
        Assert.True(error <= tolerance, Message(what, worst, expected, actual, error, tolerance));
    }

    /// <summary>Every |actual - expected| is at most <paramref name="tolerance"/> times |expected|.</summary>
    public static void WithinRelative(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance, string what = "values")
    {
        Assert.True(expected.Length == actual.Length, $"{what}: {expected.Length} expected, {actual.Length} found.");
        (int worst, double error) = Worst(expected, actual, static (size, difference) => difference == 0 ? 0 : difference / size);
        Assert.True(error <= tolerance, Message(what, worst, expected, actual, error, tolerance));
    }

    /// <summary>Same bit patterns.</summary>
    public static void BitExact(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, string what = "values")
    {
        Assert.True(expected.Length == actual.Length, $"{what}: {expected.Length} expected, {actual.Length} found.");
        for (int i = 0; i < expected.Length; i++)
        {
            if (BitConverter.SingleToInt32Bits(expected[i]) != BitConverter.SingleToInt32Bits(actual[i]))
            {
                Assert.Fail(string.Create(CultureInfo.InvariantCulture, $"{what}[{i}]: {expected[i]:R} expected, {actual[i]:R} found; equal bits are wanted."));
            }
        }
    }

    private static (int Index, double Error) Worst(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, Func<double, double, double> measure)
    {
        (int worst, double error) = (0, 0);
        for (int i = 0; i < expected.Length; i++)
        {
            double here = measure(Math.Abs((double)expected[i]), Math.Abs((double)actual[i] - expected[i]));
            // A NaN is worse than any number, unless it (or the same infinity) is what is expected.
            if (double.IsNaN(here))
            {
                here = expected[i].Equals(actual[i]) ? 0 : double.PositiveInfinity;
            }

            if (here > error)
            {
                (worst, error) = (i, here);
            }
        }

        return (worst, error);
    }

    private static string Message(string what, int worst, ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double error, double tolerance) =>
        expected.IsEmpty
            ? what
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{what}: worst at [{worst}]: {expected[worst]:R} expected, {actual[worst]:R} found; off by {error:G4}, allowed is {tolerance:G4}.");
}
