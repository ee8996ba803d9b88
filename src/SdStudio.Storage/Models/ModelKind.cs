namespace SdStudio.Storage.Models;

/// <summary>What a model file is for.</summary>
public enum ModelKind
{
    Checkpoint,
    Lora,

    /// <summary>A textual inversion: vectors that stand for a word of the prompt.</summary>
    Embedding,

    Vae,

    /// <summary>A tiny decoder for previews, such as TAESD.</summary>
    ApproximateVae,

    ControlNet,

    Upscaler,

    /// <summary>A text encoder in a file of its own.</summary>
    TextEncoder,
}
