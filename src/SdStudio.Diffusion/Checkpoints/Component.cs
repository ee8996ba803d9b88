namespace SdStudio.Diffusion.Checkpoints;

/// <summary>The networks of a checkpoint.</summary>
public enum Component
{
    UNet,
    TextEncoder,

    /// <summary>What reads the prompt beside the first, in families that have two.</summary>
    SecondTextEncoder,
    Vae,

    /// <summary>A tiny stand-in for the VAE's decoder, for previews; always a file of its own.</summary>
    TinyDecoder,
}
