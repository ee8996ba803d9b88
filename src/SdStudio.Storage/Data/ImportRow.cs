namespace SdStudio.Storage.Data;

/// <summary>A folder of pictures that is, or was, taken into the gallery.</summary>
internal sealed class ImportRow
{
    public long Id { get; set; }

    /// <summary>Full path.</summary>
    public required string Folder { get; set; }

    /// <summary>Whether pictures are copied; otherwise they stay where they are.</summary>
    public required bool Copies { get; set; }

    public required string Owner { get; set; }

    /// <summary>Number of an <see cref="Import.ImportState"/>.</summary>
    public required int State { get; set; }

    /// <summary>Path below the folder of the last picture that was seen to: after a crash it goes on behind it. In the same transaction as that picture's row.</summary>
    public string? Cursor { get; set; }

    /// <summary>Pictures in the folder; null before they were counted.</summary>
    public int? Total { get; set; }

    public int Seen { get; set; }

    public int Added { get; set; }

    public int Known { get; set; }

    public int Unreadable { get; set; }

    /// <summary>Why it stopped, for people.</summary>
    public string? Problem { get; set; }

    /// <summary>Milliseconds since 1970, UTC.</summary>
    public required long StartedAt { get; set; }
}
