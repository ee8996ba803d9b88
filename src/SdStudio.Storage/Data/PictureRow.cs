namespace SdStudio.Storage.Data;

/// <summary>A picture as it is stored. The recipe is kept whole as JSON; the columns beside it are those that are searched.</summary>
internal sealed class PictureRow
{
    public long Id { get; set; }

    /// <summary>The job that made it; null for a picture that another database of this program recorded.</summary>
    public long? JobId { get; set; }

    /// <summary>Path of the PNG below <c>pictures/</c>, with forward slashes.</summary>
    public required string File { get; set; }

    public required int Width { get; set; }

    public required int Height { get; set; }

    /// <summary>Milliseconds since 1970, UTC.</summary>
    public required long CreatedAt { get; set; }

    /// <summary>Milliseconds.</summary>
    public required long Duration { get; set; }

    public required string Owner { get; set; }

    public long? ParentId { get; set; }

    public bool IsFavourite { get; set; }

    /// <summary>Milliseconds since 1970, UTC; null outside the trash.</summary>
    public long? TrashedAt { get; set; }

    /// <summary>The PNG was not there at the last start. The row waits for it: a drive may only be unplugged.</summary>
    public bool IsMissing { get; set; }

    public int FilmFrames { get; set; }

    /// <summary>The plot in which it is a cell; null for a picture on its own.</summary>
    public long? PlotId { get; set; }

    public int? PlotCell { get; set; }

    public required string Checkpoint { get; set; }

    public required string Prompt { get; set; }

    public required string NegativePrompt { get; set; }

    /// <summary>The program that made it, for people; null: this one. Empty where nothing says how it was made.</summary>
    public string? Program { get; set; }

    /// <summary>Full path of the file where it lies outside of <c>pictures/</c>; then <see cref="File"/> only names its thumbnails.</summary>
    public string? SourcePath { get; set; }

    /// <summary>SHA-256 of the file, 64 lower-case digits, of pictures that came from elsewhere; null for those that were made here.</summary>
    public string? Content { get; set; }

    /// <summary>On what it was made and what its latent was on the way, as JSON; null where that is not known.</summary>
    public string? Trace { get; set; }

    /// <summary>The whole recipe as JSON. The last column of those that every picture has, so that reading the others need not pass over it.</summary>
    public required string Recipe { get; set; }

    public List<PictureLoraRow> Loras { get; } = [];
}
