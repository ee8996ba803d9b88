using SdStudio.Diffusion.Imaging;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Pipelines;

/// <summary>Shows latents by a small network instead of linear factors. For another thread than the one that makes the picture; calls wait for each other.</summary>
public interface ISharpPreview
{
    /// <summary>Why it shows nothing, for the log; null while it does.</summary>
    string? Problem { get; }

    /// <summary>Opens what it needs; takes a moment the first time.</summary>
    /// <returns>Whether it can show anything.</returns>
    bool Prepare();

    /// <param name="latent">As the sampler sees it.</param>
    /// <returns>Null where it cannot show this one, or is gone with its model.</returns>
    RgbImage? Render(Latent latent);

    /// <summary>How long the machine is to be left to the picture itself after a frame that took so long.</summary>
    TimeSpan RestAfter(TimeSpan frame);
}
