namespace SdStudio.Diffusion.Checkpoints;

/// <summary>What the text encoder's tensor shapes do not tell.</summary>
/// <param name="Heads">Attention heads.</param>
/// <param name="Activation">Of the feed-forward layers.</param>
/// <param name="LayerNormEpsilon">Of every layer normalisation.</param>
public sealed record TextEncoderSettings(int Heads, TextActivation Activation, float LayerNormEpsilon);
