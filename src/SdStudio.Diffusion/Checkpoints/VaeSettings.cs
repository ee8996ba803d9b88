namespace SdStudio.Diffusion.Checkpoints;

/// <summary>What the VAE's tensor shapes do not tell.</summary>
/// <param name="NormGroups">Groups of every group normalisation.</param>
/// <param name="ScalingFactor">Latents are multiplied by this after encoding and divided by it before decoding.</param>
public sealed record VaeSettings(int NormGroups, float ScalingFactor);
