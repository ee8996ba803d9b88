using System.Collections.Immutable;

namespace SdStudio.Diffusion.Loras;

/// <summary>A LoRA whose every key has found its weight. Names are those of <see cref="Checkpoints.IWeightSource"/>.</summary>
/// <param name="UNet">Changes by weight.</param>
/// <param name="TextEncoders">The same of each text encoder, in the model's order.</param>
public sealed record MatchedLora(IReadOnlyDictionary<string, LoraDelta> UNet, ImmutableArray<IReadOnlyDictionary<string, LoraDelta>> TextEncoders)
{
    /// <summary>Of the first text encoder, or the only one.</summary>
    public IReadOnlyDictionary<string, LoraDelta> TextEncoder => TextEncoders[0];
}
