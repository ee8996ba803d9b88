using System.Collections.Immutable;
using SdStudio.Diffusion.Imaging;

namespace SdStudio.Storage.Verification;

/// <summary>What came of making a picture again.</summary>
/// <param name="Headline">One sentence for people.</param>
/// <param name="Distance">Null where the sizes differ.</param>
/// <param name="FirstDivergingStep">
/// The first of the kept steps at which the latents differ, 0 for the first noise; null where all are the same, or none were kept.
/// </param>
/// <param name="Steps">Number of steps, for <paramref name="FirstDivergingStep"/>.</param>
/// <param name="Causes">The likeliest first; empty for the same picture.</param>
public sealed record VerificationReport(
    Verdict Verdict, string Headline, PictureDistance? Distance, int? FirstDivergingStep, int Steps, ImmutableArray<LikelyCause> Causes)
{
    /// <summary>Where the two parted, for people; null where that is not known.</summary>
    public string? Parting { get; init; }
}
