namespace SdStudio.Storage.Data;

/// <summary>
/// A picture that was deleted for good, written in the same transaction as the row's end and dropped when its files are gone:
/// without it, a PNG that outlived its row in a power cut would look like one whose row was not yet written.
/// </summary>
internal sealed class LeftoverFileRow
{
    /// <summary>Path of the PNG below <c>pictures/</c>.</summary>
    public required string File { get; set; }
}
