using SdStudio.Diffusion.Imaging;

namespace SdStudio.Diffusion.Pipelines;

/// <summary>A loaded model that turns recipes into pictures. Synchronous: it computes. One thread at a time uses it, and disposes it.</summary>
public interface IImagePipeline : IDisposable
{
    /// <summary>How this model's latents are shown while they form.</summary>
    LatentPreview Preview { get; }

    /// <summary>A better way to show them, where there is a tiny decoder for this model; null otherwise.</summary>
    ISharpPreview? SharpPreview => null;

    /// <param name="recipe">Its checkpoint is the model this pipeline has loaded.</param>
    /// <param name="progress">Called on this thread; must not block.</param>
    /// <param name="cancellationToken">Stops within a fraction of a step.</param>
    /// <exception cref="OperationCanceledException">Cancelled; everything held for this picture is free again.</exception>
    /// <exception cref="DiffusionException">It cannot be made; the message says why.</exception>
    RgbImage Generate(ImageRecipe recipe, IProgress<StepProgress> progress, CancellationToken cancellationToken);
}
