using System.Collections.Immutable;
using SdStudio.Diffusion.Imaging;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>What every model of a family shares, and a file without configuration does not tell.</summary>
/// <param name="UNetHeads">Attention heads of the UNet.</param>
/// <param name="NormGroups">Groups of every group normalisation, in UNet and VAE.</param>
/// <param name="TextEncoders">What reads the prompt; the UNet gets their vectors side by side.</param>
/// <param name="VaeScalingFactor">Latents are multiplied by this after encoding.</param>
/// <param name="NativeSize">Pixels of the side of the pictures it was trained on.</param>
/// <param name="Diffusion">The noise process.</param>
/// <param name="Preview">Fitted factors that show a latent without a decoder.</param>
public sealed record FamilyDefaults(
    AttentionHeads UNetHeads,
    int NormGroups,
    ImmutableArray<TextEncoderDefaults> TextEncoders,
    float VaeScalingFactor,
    int NativeSize,
    DiffusionSettings Diffusion,
    LatentPreview Preview)
{
    /// <summary>Of the text encoder.</summary>
    public const float LayerNormEpsilon = 1e-5f;

    /// <summary>The side of the pictures that members were trained on which predict noise, where it is another one.</summary>
    public int? NoiseNativeSize { get; init; }

    /// <summary>Tells which of both a single file predicts that does not say so; null where all predict the same.</summary>
    public VelocitySign? VelocitySign { get; init; }

    /// <summary>What latents it works in.</summary>
    public LatentSpace Latents { get; init; } = LatentSpace.StableDiffusion;

    /// <summary>Whether members that predict velocity, and say so in words alone, were trained until all is noise.</summary>
    public bool VelocityEndsInPureNoise { get; init; }

    /// <summary>What the UNet is told of a picture's beauty, for the prompt and for the negative prompt; null where it is told the size that is shown instead.</summary>
    public (float Positive, float Negative)? AestheticScores { get; init; }

    /// <summary>Whether an empty negative prompt is no text at all, all zeros, rather than the encoding of an empty text.</summary>
    public bool ZeroesEmptyNegative { get; init; }
}
