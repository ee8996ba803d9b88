namespace SdStudio.Storage.Import;

/// <summary>The import of a folder, as far as it is; a snapshot.</summary>
/// <param name="Folder">Full path.</param>
/// <param name="Copies">Whether pictures are copied; otherwise they stay where they are.</param>
/// <param name="Owner">The browser that asked for it.</param>
public sealed record FolderImport(long Id, string Folder, bool Copies, string Owner, ImportState State, DateTimeOffset StartedAt)
{
    /// <summary>Pictures in the folder; null before they were counted.</summary>
    public int? Total { get; init; }

    /// <summary>Pictures that were looked at.</summary>
    public int Seen { get; init; }

    /// <summary>Pictures that came into the gallery.</summary>
    public int Added { get; init; }

    /// <summary>Pictures whose content was in the gallery already.</summary>
    public int Known { get; init; }

    /// <summary>Files that are no pictures, or broken ones.</summary>
    public int Unreadable { get; init; }

    /// <summary>Why it stopped, for people; null where it did not stop by itself.</summary>
    public string? Problem { get; init; }

    /// <summary>Path below the folder of the last picture that was seen to.</summary>
    internal string? Cursor { get; init; }
}
