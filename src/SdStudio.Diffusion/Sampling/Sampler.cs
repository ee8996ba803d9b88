using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Sampling;

/// <summary>A stepping rule: takes noise to a picture along the sigmas, which descend and end in 0.</summary>
public delegate Latent Sampler(Denoiser denoise, Latent x, ReadOnlySpan<float> sigmas, SamplingContext context);
