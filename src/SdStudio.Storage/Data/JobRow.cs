namespace SdStudio.Storage.Data;

/// <summary>A job that is not finished.</summary>
internal sealed class JobRow
{
    public long Id { get; set; }

    public required string Owner { get; set; }

    public long? ParentId { get; set; }

    /// <summary>Milliseconds since 1970, UTC.</summary>
    public required long EnqueuedAt { get; set; }

    public required double Place { get; set; }

    /// <summary>The plot whose cell it makes; null for a picture on its own.</summary>
    public long? PlotId { get; set; }

    public int? PlotCell { get; set; }

    /// <summary>The whole recipe as JSON.</summary>
    public required string Recipe { get; set; }
}
