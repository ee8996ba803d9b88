using SdStudio.Diffusion.Imaging;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>What every model of a family shares, and a file without configuration does not tell.</summary>
/// <param name="UNetHeads">Attention heads on every level of the UNet.</param>
/// <param name="NormGroups">Groups of every group normalisation, in UNet and VAE.</param>
/// <param name="TextHeadWidth">Width of one attention head of the text encoder.</param>
/// <param name="TextActivation">Of the text encoder.</param>
/// <param name="VaeScalingFactor">Latents are multiplied by this after encoding.</param>
/// <param name="NativeSize">Pixels of the side of the pictures it was trained on.</param>
/// <param name="Diffusion">The noise process.</param>
/// <param name="Preview">Fitted factors that show a latent without a decoder.</param>
public sealed record FamilyDefaults(
    int UNetHeads,
    int NormGroups,
    int TextHeadWidth,
    TextActivation TextActivation,
    float VaeScalingFactor,
    int NativeSize,
    DiffusionSettings Diffusion,
    LatentPreview Preview)
{
    /// <summary>Of the text encoder.</summary>
    public const float LayerNormEpsilon = 1e-5f;
}
