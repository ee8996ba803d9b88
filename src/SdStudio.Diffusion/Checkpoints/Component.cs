namespace SdStudio.Diffusion.Checkpoints;

/// <summary>The networks of a checkpoint.</summary>
public enum Component
{
    UNet,
    TextEncoder,
    Vae,
}
