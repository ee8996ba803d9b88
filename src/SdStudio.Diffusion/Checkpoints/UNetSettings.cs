using System.Collections.Immutable;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>What the UNet's tensor shapes do not tell; from <c>unet/config.json</c>, or the family where a file has no configuration.</summary>
/// <param name="HeadsPerLevel">Attention heads on each level, highest resolution first.</param>
/// <param name="NormGroups">Groups of every group normalisation.</param>
public sealed record UNetSettings(ImmutableArray<int> HeadsPerLevel, int NormGroups);
