using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using SdStudio.Storage.Data;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Imaging;

namespace SdStudio.Storage.Sharing;

/// <summary>Share links: 128 random bits, of which only the SHA-256 is stored.</summary>
public sealed class ShareLinkStore(StudioDatabase database, TimeProvider time)
{
    private const int TokenBytes = 16;

    /// <summary>Length of 16 bytes as base64url without padding.</summary>
    private const int TokenLength = 22;

    /// <param name="lifetime">Null for a link that does not expire.</param>
    /// <param name="format">The format in which it gives the picture; null: as it is kept.</param>
    /// <returns>The link and its token, which cannot be had again.</returns>
    public async Task<(ShareLink Link, string Token)> CreateAsync(long imageId, TimeSpan? lifetime, bool showsRecipe, ImageFormat? format = null, CancellationToken cancellationToken = default)
    {
        if (lifetime is { } span)
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(span, TimeSpan.Zero, nameof(lifetime));
        }

        byte[] token = RandomNumberGenerator.GetBytes(TokenBytes);
        DateTimeOffset now = time.GetUtcNow();
        var row = new ShareLinkRow
        {
            PictureId = imageId,
            TokenHash = SHA256.HashData(token),
            CreatedAt = now.ToUnixTimeMilliseconds(),
            ExpiresAt = (now + lifetime)?.ToUnixTimeMilliseconds(),
            ShowsRecipe = showsRecipe,
            Format = (int?)format,
        };
        await database.WriteAsync(context =>
        {
            context.ShareLinks.Add(row);
            return context.SaveChangesAsync(cancellationToken);
        }, cancellationToken);
        return (ToLink(row), Base64Url.EncodeToString(token));
    }

    /// <summary>What a token opens now: null when unknown, expired, revoked, or the picture is in the trash.</summary>
    public async Task<(ShareLink Link, GalleryImage Image)?> ResolveAsync(string token, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(token);

        // The same work for every token, well formed or not: the index is searched for a hash, so its time says nothing about tokens that exist.
        byte[] bytes = new byte[TokenBytes];
        bool isToken = token.Length == TokenLength && Base64Url.IsValid(token) && Base64Url.TryDecodeFromChars(token, bytes, out int length) && length == TokenBytes;
        byte[] hash = SHA256.HashData(bytes);
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var found = await database.ReadAsync(
            context => (from link in context.ShareLinks
                        join picture in context.Pictures on link.PictureId equals picture.Id
                        where link.TokenHash == hash && (link.ExpiresAt == null || link.ExpiresAt > now) && picture.TrashedAt == null && !picture.IsMissing
                        select new { link, picture }).FirstOrDefaultAsync(cancellationToken),
            cancellationToken);
        return isToken && found is not null ? (ToLink(found.link), found.picture.ToImage()) : null;
    }

    /// <summary>Links of a picture that still open, newest first.</summary>
    public async Task<IReadOnlyList<ShareLink>> ListAsync(long imageId, CancellationToken cancellationToken = default)
    {
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        List<ShareLinkRow> rows = await database.ReadAsync(
            context => context.ShareLinks
                .Where(link => link.PictureId == imageId && (link.ExpiresAt == null || link.ExpiresAt > now))
                .OrderByDescending(link => link.Id)
                .ToListAsync(cancellationToken),
            cancellationToken);
        return [.. rows.Select(ToLink)];
    }

    public Task RevokeAsync(long linkId, CancellationToken cancellationToken = default) =>
        database.WriteAsync(context => context.ShareLinks.Where(link => link.Id == linkId).ExecuteDeleteAsync(cancellationToken), cancellationToken);

    private static ShareLink ToLink(ShareLinkRow row) => new(
        row.Id,
        row.PictureId,
        DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt),
        row.ExpiresAt is { } expiresAt ? DateTimeOffset.FromUnixTimeMilliseconds(expiresAt) : null,
        row.ShowsRecipe,
        row.Format is { } format && Enum.IsDefined((ImageFormat)format) ? (ImageFormat)format : null);
}
