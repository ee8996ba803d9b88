using System.Globalization;
using SdStudio.Diffusion;
using SdStudio.Web.Components.Parts;

namespace SdStudio.Web.Components.Gallery;

/// <summary>How a seed becomes noise, as people read it.</summary>
internal static class NoiseWords
{
    /// <summary>Null where it is as usual.</summary>
    public static string? Of(NoiseSettings noise)
    {
        List<string> words = [];
        if (noise.Source == NoiseSource.Nvidia)
        {
            words.Add("of an NVIDIA card");
        }

        if (noise.VariationStrength > 0)
        {
            words.Add(string.Create(CultureInfo.InvariantCulture, $"{noise.VariationStrength * 100:0.#} % of seed {noise.VariationSeed}"));
        }

        if (noise.ResizeFromWidth > 0)
        {
            words.Add($"resized from {PixelSize.Text(noise.ResizeFromWidth, noise.ResizeFromHeight)}");
        }

        if (noise.StepSource is { } onTheWay)
        {
            words.Add(onTheWay == NoiseSource.Nvidia ? "on the way of an NVIDIA card" : "on the way of a processor");
        }

        if (noise.StepSeedDelta != 0)
        {
            words.Add(string.Create(CultureInfo.InvariantCulture, $"on the way of seed {noise.StepSeedDelta:+0;-0}"));
        }

        if (noise.BatchSize > 1)
        {
            words.Add(string.Create(CultureInfo.InvariantCulture, $"picture {noise.BatchIndex + 1} of {noise.BatchSize} in one draw"));
        }

        return words.Count == 0 ? null : string.Join(", ", words);
    }
}
