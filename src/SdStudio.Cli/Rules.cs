using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace SdStudio.Cli;

/// <summary>What values an option takes, said in words when another is given.</summary>
internal static class Rules
{
    public static Option<T> Between<T>(Option<T> option, IFormattable minimum, IFormattable maximum)
    {
        double low = Convert.ToDouble(minimum, CultureInfo.InvariantCulture);
        double high = Convert.ToDouble(maximum, CultureInfo.InvariantCulture);
        option.Validators.Add(result =>
        {
            // A value that is no number at all has been refused already.
            if (!result.Errors.Any() && Read(result, option) is { } value && !(value >= low && value <= high))
            {
                result.AddError($"{option.Name} takes {minimum.ToString(null, CultureInfo.InvariantCulture)} to {maximum.ToString(null, CultureInfo.InvariantCulture)}.");
            }
        });
        return option;
    }

    private static double? Read<T>(OptionResult result, Option<T> option) =>
        result.Implicit || result.GetValueOrDefault<T>() is not { } value ? null : Convert.ToDouble(value, CultureInfo.InvariantCulture);
}
