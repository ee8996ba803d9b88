namespace SdStudio.Storage.Models;

/// <summary>Width of the vectors that text encoders give, in the order in which a model reads them.</summary>
/// <param name="First">0 where there is none.</param>
/// <param name="Second">0 where there is none.</param>
public readonly record struct TextWidths(long First, long Second = 0)
{
    /// <param name="place">From 0.</param>
    public long this[int place] => place switch { 0 => First, 1 => Second, _ => 0 };
}
