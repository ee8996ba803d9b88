namespace SdStudio.Storage.Data;

/// <summary>The SHA-256 of a model file, which takes long to compute, valid while size and time of change stay the same.</summary>
internal sealed class ModelHashRow
{
    /// <summary>Full path.</summary>
    public required string Path { get; set; }

    /// <summary>Bytes.</summary>
    public required long Size { get; set; }

    /// <summary>Ticks, UTC.</summary>
    public required long ModifiedAt { get; set; }

    /// <summary>Lower-case hexadecimal.</summary>
    public required string Sha256 { get; set; }
}
