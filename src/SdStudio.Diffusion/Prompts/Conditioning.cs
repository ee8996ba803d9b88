namespace SdStudio.Diffusion.Prompts;

/// <summary>A prompt as the UNet's cross-attention reads it.</summary>
/// <param name="Values">[tokens, dimension], row-major; tokens is 77 for each chunk.</param>
/// <param name="Tokens">A multiple of 77.</param>
/// <param name="Dimension">The UNet's cross-attention dimension.</param>
public sealed record Conditioning(float[] Values, int Tokens, int Dimension);
