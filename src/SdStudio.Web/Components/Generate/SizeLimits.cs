using SdStudio.Storage.Models;
using SdStudio.Web.Generation;

namespace SdStudio.Web.Components.Generate;

/// <summary>Which widths and heights a model can be asked for.</summary>
/// <param name="NativeSize">Side of the square the model was trained on, pixels.</param>
/// <param name="Step">Sides are multiples of this, pixels.</param>
/// <param name="StudioPixels">What the settings of this studio allow at most, width x height.</param>
public sealed record SizeLimits(int NativeSize, int Step, long StudioPixels = long.MaxValue)
{
    public static SizeLimits Of(ModelFile? model) => model is null ? new SizeLimits(512, 8) : new SizeLimits(model.NativeSize, model.SizeStep);

    public static SizeLimits Of(ModelFile? model, RecipeLimits studio)
    {
        ArgumentNullException.ThrowIfNull(studio);
        return Of(model) with { StudioPixels = studio.MaxPixels };
    }

    /// <summary>Pixels; a quarter of the native side, in whole steps.</summary>
    public int Smallest => Math.Max(Step, (NativeSize / 4 + Step - 1) / Step * Step);

    /// <summary>Pixels; four times the native side.</summary>
    public int Largest => NativeSize * 4 / Step * Step;

    /// <summary>Beyond four times the pixels it was trained on a model repeats its subject all over the picture.</summary>
    public long MostPixels => Math.Min(4L * NativeSize * NativeSize, StudioPixels);

    /// <summary>What is wrong with one side, for people; null when nothing is.</summary>
    public string? ProblemOf(int side)
    {
        if (side < Smallest || side > Largest)
        {
            return $"Between {Smallest} and {Largest} for this model.";
        }

        int lower = side / Step * Step;
        return side == lower ? null : $"In steps of {Step} for this model: {lower} or {lower + Step}.";
    }

    /// <summary>What is wrong with both sides together, for people; null when nothing is.</summary>
    public string? ProblemOf(int width, int height) =>
        (long)width * height <= MostPixels ? null : $"Too large together for this {(StudioPixels < 4L * NativeSize * NativeSize ? "studio" : "model")}: at most {MostPixels / width / Step * Step} high at this width.";
}
