namespace SdStudio.Storage.Data;

/// <summary>The hashes of a model file, which take long to compute, valid while size and time of change stay the same.</summary>
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

    /// <summary>Of what follows the header; null where the file is not safetensors.</summary>
    public string? DataSha256 { get; set; }

    /// <summary>Eight digits, empty for a file too small for it; null in a row of an earlier version, whose one hash is that of a LoRA's data or of a checkpoint's file.</summary>
    public string? Sample { get; set; }
}
