using SdStudio.Storage.Imaging;

namespace SdStudio.Storage.Sharing;

/// <summary>A link to one picture. The token itself is known only to those who hold the link.</summary>
/// <param name="ShowsRecipe">Whether the page tells how the picture was made, and its file too.</param>
/// <param name="Format">The format in which the link gives the picture; null: as it is kept.</param>
public sealed record ShareLink(long Id, long ImageId, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, bool ShowsRecipe, ImageFormat? Format = null);
