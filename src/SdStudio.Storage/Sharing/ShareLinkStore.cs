using SdStudio.Storage.Gallery;

namespace SdStudio.Storage.Sharing;

/// <summary>Share links: 128 random bits, of which only the SHA-256 is stored.</summary>
public sealed class ShareLinkStore
{
    /// <returns>The link and its token, which cannot be had again.</returns>
    public Task<(ShareLink Link, string Token)> CreateAsync(long imageId, TimeSpan? lifetime, bool showsRecipe, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>What a token opens now: null when unknown, expired, revoked, or the picture is in the trash.</summary>
    public Task<(ShareLink Link, GalleryImage Image)?> ResolveAsync(string token, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Links of a picture that still open, newest first.</summary>
    public Task<IReadOnlyList<ShareLink>> ListAsync(long imageId, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    public Task RevokeAsync(long linkId, CancellationToken cancellationToken = default) => throw new NotImplementedException();
}
