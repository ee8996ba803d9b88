using SdStudio.Diffusion;
using SdStudio.Diffusion.Imaging;

namespace SdStudio.Storage.Verification;

/// <summary>All that is known when a picture was made again.</summary>
/// <param name="Recipe">That both were made with.</param>
/// <param name="Distance">Null where their sizes differ.</param>
/// <param name="Now">The trace of the second try.</param>
public sealed record VerificationEvidence(ImageRecipe Recipe, PictureDistance? Distance, PictureTrace Now)
{
    /// <summary>The trace that was kept with the picture; null where there is none: an older picture, or one of another program.</summary>
    public PictureTrace? Before { get; init; }

    /// <summary>Hash of the model that the picture's text names, for a picture without a trace.</summary>
    public string? NamedModelHash { get; init; }

    /// <summary>Another program made it.</summary>
    public bool IsForeign { get; init; }

    /// <summary>Its file does not keep pixels exactly, such as a JPEG.</summary>
    public bool IsLossy { get; init; }
}
