using System.CommandLine.Parsing;
using System.Globalization;
using SdStudio.Diffusion;

namespace SdStudio.Cli;

/// <summary>"NAME:WEIGHT", "NAME:TEXT:WEIGHT" with a strength of its own for the text encoders, as a tag in a prompt has them, or NAME alone for weight 1.</summary>
internal static class LoraArgument
{
    private const float Largest = 10;

    public static LoraSelection[] Parse(ArgumentResult result)
    {
        List<LoraSelection> loras = [];
        foreach (Token token in result.Tokens)
        {
            if (Read(token.Value) is { } lora)
            {
                loras.Add(lora);
            }
            else
            {
                result.AddError($"--lora takes NAME:WEIGHT or NAME:TEXT:WEIGHT with weights of -{Largest:0} to {Largest:0}, such as stained-glass:0.8; \"{token.Value}\" is not that.");
            }
        }

        return [.. loras];
    }

    private static LoraSelection? Read(string argument)
    {
        (string name, float? weight) = Split(argument);
        if (weight is not { } unet)
        {
            // A path on Windows has a colon of its own.
            int colon = argument.LastIndexOf(':');
            return colon < 0 || argument.AsSpan(colon + 1).ContainsAny('/', '\\') ? new LoraSelection(argument, 1) : null;
        }

        (name, float? inText) = Split(name);
        float text = inText ?? unet;
        return name.Length > 0 && Math.Abs(unet) <= Largest && Math.Abs(text) <= Largest
            ? new LoraSelection(name, unet) { TextEncoderWeight = text == unet ? null : text }
            : null;
    }

    /// <summary>At the last colon, if a number follows it.</summary>
    private static (string Name, float? Number) Split(string text)
    {
        int colon = text.LastIndexOf(':');
        return colon >= 0 && float.TryParse(text.AsSpan(colon + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out float number)
            ? (text[..colon], number)
            : (text, null);
    }
}
