namespace SdStudio.Storage.Data;

/// <summary>A share link. Revoking deletes the row.</summary>
internal sealed class ShareLinkRow
{
    public long Id { get; set; }

    public required long PictureId { get; set; }

    /// <summary>SHA-256 of the token's 16 bytes; the token itself is nowhere.</summary>
    public required byte[] TokenHash { get; set; }

    /// <summary>Milliseconds since 1970, UTC.</summary>
    public required long CreatedAt { get; set; }

    /// <summary>Milliseconds since 1970, UTC; null for ever.</summary>
    public long? ExpiresAt { get; set; }

    public required bool ShowsRecipe { get; set; }

    /// <summary>The format in which the link gives the picture, by its number; null: as it is kept.</summary>
    public int? Format { get; set; }
}
