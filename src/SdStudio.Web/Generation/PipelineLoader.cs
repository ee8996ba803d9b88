using SdStudio.Diffusion;
using SdStudio.Diffusion.Pipelines;
using SdStudio.Storage.Models;

namespace SdStudio.Web.Generation;

/// <summary>Loads a model; called on the worker's thread, which also uses and disposes what comes back.</summary>
/// <exception cref="DiffusionException">The model cannot be used; the message says why.</exception>
public delegate IImagePipeline PipelineLoader(ModelFile model, CancellationToken cancellationToken);
