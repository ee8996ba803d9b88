namespace SdStudio.Diffusion.Checkpoints;

/// <summary>Settings that replace those of the family, for a single file whose network differs from its family's in ways that shapes do not tell.</summary>
public sealed record CheckpointOverrides
{
    public UNetSettings? UNet { get; init; }

    public TextEncoderSettings? TextEncoder { get; init; }

    public VaeSettings? Vae { get; init; }

    public DiffusionSettings? Diffusion { get; init; }
}
