namespace SdStudio.Diffusion.Pipelines;

/// <summary>Where a picture stands on its way.</summary>
public enum GenerationStage
{
    LoadingModel,
    EncodingPrompt,
    Denoising,
    Decoding,
}
