using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Sampling;

/// <summary>The UNet with its guidance, as <see cref="Prediction"/> asks it.</summary>
/// <param name="x">[channels, h, w], scaled to unit variance.</param>
/// <param name="timestep">Training timestep, fractions allowed.</param>
/// <returns>What the model was trained to predict, same shape.</returns>
public delegate Latent Network(Latent x, float timestep);
