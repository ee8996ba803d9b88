namespace SdStudio.Diffusion.Loras;

/// <summary>A LoRA whose every key has found its weight. Names are those of <see cref="Checkpoints.IWeightSource"/>.</summary>
public sealed record MatchedLora(IReadOnlyDictionary<string, LoraDelta> UNet, IReadOnlyDictionary<string, LoraDelta> TextEncoder);
