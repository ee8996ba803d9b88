namespace SdStudio.Diffusion.Checkpoints;

/// <summary>The bytes of one weight in its file.</summary>
/// <param name="Path">Full path of the file.</param>
/// <param name="Offset">Bytes from the start of the file.</param>
/// <param name="Length">Bytes; 0 where the values do not lie row-major and have to be copied by <see cref="IWeightSource.CopyTo"/>.</param>
/// <param name="Address">The same bytes in the memory-mapped file; valid while the file is open. 0 as above.</param>
public readonly record struct WeightLocation(string Path, long Offset, long Length, nint Address);
