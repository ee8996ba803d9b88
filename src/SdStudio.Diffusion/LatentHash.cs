namespace SdStudio.Diffusion;

/// <summary>A short hash of a latent on its way, to tell at which step two tries of a picture part.</summary>
/// <param name="Step">0: the first noise, at unit variance; else the finished step whose denoised estimate it is, from 1.</param>
/// <param name="Hash">XXH3 (64 bits, sixteen lower-case hexadecimal digits) of the float32 values, little-endian, [channels, height, width].</param>
public sealed record LatentHash(int Step, string Hash);
