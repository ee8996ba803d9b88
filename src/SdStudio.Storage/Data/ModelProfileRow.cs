using SdStudio.Storage.Models;

namespace SdStudio.Storage.Data;

/// <summary>What people added to a model.</summary>
internal sealed class ModelProfileRow
{
    public long Id { get; set; }

    /// <summary>SHA-256 of the weights, lower-case hexadecimal; null while it is not computed, and then the path tells.</summary>
    public string? Content { get; set; }

    /// <summary>Full path where it was seen last.</summary>
    public required string Path { get; set; }

    public required ModelKind Kind { get; set; }

    public bool IsFavourite { get; set; }

    public string? Notes { get; set; }

    /// <summary>As JSON; null where nobody chose any.</summary>
    public string? Settings { get; set; }

    public List<ModelNameRow> Names { get; } = [];
}
