using System.Globalization;
using SdStudio.Storage.Models;

namespace SdStudio.Cli;

/// <summary>How this door says sizes, kinds and text from files.</summary>
internal static class Words
{
    private static readonly string[] s_units = ["bytes", "KB", "MB", "GB", "TB"];

    /// <summary>"6.9 GB": powers of 1000, as shops and file managers count.</summary>
    public static string Size(long bytes)
    {
        int unit = 0;
        double value = bytes;
        for (; value >= 999.5 && unit < s_units.Length - 1; unit++)
        {
            value /= 1000;
        }

        return $"{value.ToString(unit > 0 && value < 9.95 ? "0.#" : "0", CultureInfo.InvariantCulture)} {s_units[unit]}";
    }

    public static string Plural(ModelKind kind) => kind switch
    {
        ModelKind.Checkpoint => "Models",
        ModelKind.Lora => "LoRAs",
        ModelKind.Embedding => "Embeddings",
        ModelKind.Vae => "VAEs",
        ModelKind.ApproximateVae => "Decoders for previews",
        ModelKind.ControlNet => "ControlNets",
        ModelKind.Upscaler => "Upscalers",
        ModelKind.TextEncoder => "Text encoders",
        _ => kind.ToString(),
    };

    /// <summary>Text from a file may hold what a terminal would obey.</summary>
    public static string Printable(string text, int longest = 200) => string.Concat(text.Take(longest).Select(c => char.IsControl(c) ? '\uFFFD' : c));
}
