using System.CommandLine.Parsing;
using System.Globalization;
using SdStudio.Diffusion;

namespace SdStudio.Cli;

/// <summary>"NAME:WEIGHT", or NAME alone for weight 1.</summary>
internal static class LoraArgument
{
    private const float Largest = 10;

    public static LoraSelection[] Parse(ArgumentResult result)
    {
        List<LoraSelection> loras = [];
        foreach (Token token in result.Tokens)
        {
            // The last colon: a path on Windows has one of its own.
            int colon = token.Value.LastIndexOf(':');
            string tail = token.Value[(colon + 1)..];
            bool hasWeight = float.TryParse(tail, NumberStyles.Float, CultureInfo.InvariantCulture, out float weight);
            if (colon < 0 || (!hasWeight && tail.AsSpan().ContainsAny('/', '\\')))
            {
                loras.Add(new LoraSelection(token.Value, 1));
            }
            else if (colon > 0 && hasWeight && Math.Abs(weight) <= Largest)
            {
                loras.Add(new LoraSelection(token.Value[..colon], weight));
            }
            else
            {
                result.AddError($"--lora takes NAME:WEIGHT with a weight of -{Largest:0} to {Largest:0}, such as stained-glass:0.8; \"{token.Value}\" is not that.");
            }
        }

        return [.. loras];
    }
}
