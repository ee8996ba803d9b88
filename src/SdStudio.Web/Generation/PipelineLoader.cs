using SdStudio.Diffusion;
using SdStudio.Diffusion.Pipelines;

namespace SdStudio.Web.Generation;

/// <summary>Loads a model; called on the worker's thread, which also uses and disposes what comes back.</summary>
/// <param name="demand">Its refiner is loaded later, by the pipeline itself.</param>
/// <param name="loaded">Told the share of the weights that is read, 0 to 1; on any thread.</param>
/// <exception cref="DiffusionException">The model cannot be used; the message says why.</exception>
public delegate IImagePipeline PipelineLoader(PipelineDemand demand, IProgress<double> loaded, CancellationToken cancellationToken);
