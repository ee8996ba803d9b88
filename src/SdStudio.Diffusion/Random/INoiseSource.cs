using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Random;

/// <summary>Standard normal noise that a seed reproduces.</summary>
public interface INoiseSource
{
    /// <summary>The next draw, [channels, height, width]; every call advances the generator.</summary>
    Latent Next(int channels, int height, int width);
}
