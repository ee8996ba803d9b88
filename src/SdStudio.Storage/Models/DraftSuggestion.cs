namespace SdStudio.Storage.Models;

/// <summary>
/// The quick way to a rough picture that a model brings along: a LoRA distilled for few steps, such as latent consistency
/// (Luo et al. 2023, arXiv:2311.05556), and the settings it was distilled for.
/// </summary>
/// <param name="Lora">Name of the file in the model's own folder <c>loras</c>, without extension.</param>
/// <param name="Weight">Above 0, at most 2.</param>
/// <param name="Steps">1 to 20.</param>
/// <param name="GuidanceScale">1 to 30; 1 means none, and half the work.</param>
/// <param name="Sampler">Key in the sampler catalogue.</param>
/// <param name="Schedule">Key in the schedule catalogue.</param>
public sealed record DraftSuggestion(string Lora, float Weight, int Steps, float GuidanceScale, string Sampler, string Schedule);
