using SdStudio.Diffusion;
using SdStudio.Diffusion.Imaging;

namespace SdStudio.Storage.Verification;

/// <summary>A kept picture held against the second try of its recipe.</summary>
public static class PictureComparison
{
    public static VerificationReport Of(VerifiablePicture kept, RgbImage again, PictureTrace now)
    {
        ArgumentNullException.ThrowIfNull(kept);
        return PictureVerdict.Judge(new VerificationEvidence(kept.Recipe, PictureDistance.Between(kept.Pixels, again), now)
        {
            Before = kept.Trace,
            NamedModelHash = kept.Hashes?.Model,
            IsForeign = kept.IsForeign,
            IsLossy = kept.IsLossy,
        });
    }
}
