using System.Globalization;
using SdStudio.Diffusion.Imaging;
using SdStudio.Storage.Verification;
using SdStudio.Web.Components.Parts;

namespace SdStudio.Web.Components.Verify;

/// <summary>How a comparison is spoken of.</summary>
public static class VerifyWords
{
    public static string Verdict(Verdict verdict) => verdict switch
    {
        Storage.Verification.Verdict.BitSame => "Bit for bit the same",
        Storage.Verification.Verdict.SameToTheEye => "Same to the eye",
        _ => "Different",
    };

    /// <summary>Names and values of the distance, for those who want numbers.</summary>
    public static IEnumerable<(string Name, string Value)> Numbers(PictureDistance distance, int pixels)
    {
        ArgumentNullException.ThrowIfNull(distance);
        yield return ("Pixels that differ", string.Create(CultureInfo.InvariantCulture, $"{Count.Text(distance.ChangedPixels)} ({100.0 * distance.ChangedPixels / Math.Max(1, pixels):0.##} %)"));
        yield return ("Largest difference", string.Create(CultureInfo.InvariantCulture, $"{distance.LargestDifference} of 255"));
        yield return ("Mean difference", string.Create(CultureInfo.InvariantCulture, $"{distance.MeanDifference:0.###} of 255"));
        yield return ("Structural similarity", string.Create(CultureInfo.InvariantCulture, $"{distance.Similarity:0.####} (same from {PictureVerdict.LeastSimilarity})"));
        yield return ("Colour, ΔE of 99 %", string.Create(CultureInfo.InvariantCulture, $"{distance.ColourDifference:0.##} (unseen to {PictureVerdict.JustNoticeable})"));
        yield return ("Colour, largest ΔE", string.Create(CultureInfo.InvariantCulture, $"{distance.LargestColourDifference:0.##} (unseen to {PictureVerdict.LargestUnnoticed})"));
    }
}
