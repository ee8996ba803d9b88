namespace SdStudio.Storage.Data;

/// <summary>A folder of models that was added while the program ran.</summary>
internal sealed class ModelRootRow
{
    public long Id { get; set; }

    /// <summary>Full path.</summary>
    public required string Path { get; set; }
}
