namespace SdStudio.Diffusion.Checkpoints;

/// <summary>One layer that owns weights, under the names of both conventions. Names are without the ending <c>.weight</c> or <c>.bias</c>.</summary>
/// <param name="Diffusers">In a diffusers folder.</param>
/// <param name="Original">In the original checkpoint, without the network's prefix.</param>
/// <param name="HasBias">Whether it adds a bias.</param>
/// <param name="IsOptional">Whether a complete network may lack it: a shortcut is there only where the channels change.</param>
public readonly record struct NetworkModule(string Diffusers, string Original, bool HasBias = true, bool IsOptional = false);
