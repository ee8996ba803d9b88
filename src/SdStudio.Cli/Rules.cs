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
            // What is no number at all the parser refuses itself.
            foreach (Token token in result.Tokens)
            {
                if (double.TryParse(token.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && !(value >= low && value <= high))
                {
                    result.AddError($"{option.Name} takes {minimum.ToString(null, CultureInfo.InvariantCulture)} to {maximum.ToString(null, CultureInfo.InvariantCulture)}.");
                }
            }
        });
        return option;
    }
}
