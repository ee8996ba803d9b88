using System.Collections.Immutable;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>Settings that replace those of the family, for a single file whose network differs from its family's in ways that shapes do not tell.</summary>
public sealed record CheckpointOverrides
{
    public UNetSettings? UNet { get; init; }

    /// <summary>Attention heads of each text encoder; empty leaves them as they are.</summary>
    public ImmutableArray<int> TextEncoderHeads { get; init; } = [];

    public VaeSettings? Vae { get; init; }

    public DiffusionSettings? Diffusion { get; init; }
}
