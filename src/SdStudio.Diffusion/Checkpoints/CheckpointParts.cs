using System.Collections.Immutable;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>Files beside a single-file checkpoint that are used with it. What is not chosen here and not in the file is looked for, see <see cref="Companions"/>.</summary>
public sealed record CheckpointParts
{
    /// <summary>Full path of a VAE to use, also where the checkpoint has its own; null for none.</summary>
    public string? Vae { get; init; }

    /// <summary>Full paths of text encoders to use, one for each of the family's, in its order; also where the checkpoint has its own.</summary>
    public ImmutableArray<string> TextEncoders { get; init; } = [];

    /// <summary>Folders of models, in whose <c>vae</c> and <c>text_encoders</c> to look for what the checkpoint lacks, after those next to it.</summary>
    public IReadOnlyList<string> ModelRoots { get; init; } = [];
}
