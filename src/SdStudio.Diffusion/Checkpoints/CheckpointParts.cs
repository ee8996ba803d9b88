using System.Collections.Immutable;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>Files beside a checkpoint that are used with it. What is neither chosen here nor in the checkpoint is looked for, see <see cref="Companions"/>.</summary>
public sealed record CheckpointParts
{
    /// <summary>Full path of a VAE to use, also where the checkpoint has its own; null for none.</summary>
    public string? Vae { get; init; }

    /// <summary>Full paths of text encoders to use, one for each of the family's, in its order; also where the checkpoint has its own. An empty one, and what is left out at the end, is not chosen.</summary>
    public ImmutableArray<string> TextEncoders { get; init; } = [];

    /// <summary>Folders of models, in whose <c>vae</c> and <c>text_encoders</c> to look for what the checkpoint lacks, after those next to it.</summary>
    public IReadOnlyList<string> ModelRoots { get; init; } = [];
}
