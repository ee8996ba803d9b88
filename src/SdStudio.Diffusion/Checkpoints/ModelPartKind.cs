namespace SdStudio.Diffusion.Checkpoints;

/// <summary>What a file is that is no whole model.</summary>
public enum ModelPartKind
{
    /// <summary>A textual inversion: vectors that stand for a word of the prompt.</summary>
    Embedding,

    /// <summary>Turns latents into pixels, or pixels into latents, or both.</summary>
    Vae,

    /// <summary>Turns latents into pixels roughly and fast, for previews (TAESD).</summary>
    TinyDecoder,

    /// <summary>Its counterpart, which previews do not need.</summary>
    TinyEncoder,

    TextEncoder,

    ControlNet,

    /// <summary>Enlarges pictures.</summary>
    Upscaler,
}
