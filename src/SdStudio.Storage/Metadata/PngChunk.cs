namespace SdStudio.Storage.Metadata;

/// <summary>Where one chunk of a PNG lies.</summary>
/// <param name="Type">Four letters, such as <c>IHDR</c>.</param>
/// <param name="Offset">Of the chunk's length field, from the start of the file.</param>
/// <param name="Length">Bytes of its body.</param>
internal readonly record struct PngChunk(string Type, long Offset, int Length)
{
    /// <summary>Length, type, body, checksum.</summary>
    public long TotalLength => Length + 12L;

    public bool IsText => Type is "tEXt" or "zTXt" or "iTXt";
}
