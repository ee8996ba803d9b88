using SdStudio.Diffusion;

namespace SdStudio.Web.Generation;

/// <summary>Looks at a model's files without loading their weights, before another model may have to make room for it.</summary>
/// <exception cref="DiffusionException">The model cannot be used; the message says why.</exception>
public delegate void PipelineProof(PipelineDemand demand, CancellationToken cancellationToken);
