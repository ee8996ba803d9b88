namespace SdStudio.Diffusion.Checkpoints;

/// <summary>The bytes of one weight in its file.</summary>
/// <param name="Path">Full path of the file.</param>
/// <param name="Offset">Bytes from the start of the file.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Address">The same bytes in the memory-mapped file; valid while the file is open.</param>
public readonly record struct WeightLocation(string Path, long Offset, long Length, nint Address);
