using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Sampling;

/// <summary>The network as samplers see it: an estimate of the clean latent. Prediction type, input scaling, timesteps and guidance are inside.</summary>
/// <param name="x">[channels, h, w], clean latent plus noise of standard deviation <paramref name="sigma"/>.</param>
public delegate Latent Denoiser(Latent x, float sigma);
