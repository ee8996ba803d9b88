using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Pipelines;

/// <summary>One report of a running pipeline.</summary>
/// <param name="Stage">What is being done.</param>
/// <param name="Step">Finished steps, 0 to <paramref name="Steps"/>; 0 while denoising is the report of the initial noise.</param>
/// <param name="Steps">Steps of this picture.</param>
/// <param name="Denoised">
/// What to show: the denoised estimate of the step, or at step 0 the initial noise at unit variance. Null outside denoising.
/// </param>
public sealed record StepProgress(GenerationStage Stage, int Step, int Steps, Latent? Denoised = null);
