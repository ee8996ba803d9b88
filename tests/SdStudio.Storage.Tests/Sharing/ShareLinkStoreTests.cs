using System.Text;
using SdStudio.Storage.Sharing;
using static SdStudio.Storage.Tests.TemporaryStudio;

namespace SdStudio.Storage.Tests.Sharing;

public sealed class ShareLinkStoreTests
{
    [Fact]
    public async Task ResolveAsync_TokenOfALink_OpensItsPicture()
    {
        using TemporaryStudio studio = await CreateAsync();
        await studio.AddAsync(1);
        await studio.AddAsync(2);

        (ShareLink link, string token) = await studio.Links.CreateAsync(2, null, showsRecipe: true);

        (ShareLink Link, SdStudio.Storage.Gallery.GalleryImage Image)? opened = await studio.Links.ResolveAsync(token);
        Assert.Equal(link, opened?.Link);
        Assert.Equal(2, opened?.Image.Id);
        Assert.Matches("^[A-Za-z0-9_-]{22}$", token);
        Assert.True(link.ShowsRecipe);
    }

    [Fact]
    public async Task CreateAsync_ManyLinks_HaveDifferentTokens()
    {
        using TemporaryStudio studio = await CreateAsync();
        await studio.AddAsync(1);

        var tokens = new HashSet<string>();
        for (int i = 0; i < 20; i++)
        {
            tokens.Add((await studio.Links.CreateAsync(1, null, false)).Token);
        }

        Assert.Equal(20, tokens.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAA ")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("' OR 1=1 --           ")]
    [InlineData("ÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄ")]
    public async Task ResolveAsync_StrangeToken_IsNull(string token)
    {
        using TemporaryStudio studio = await CreateAsync();
        await studio.AddAsync(1);
        await studio.Links.CreateAsync(1, null, false);

        Assert.Null(await studio.Links.ResolveAsync(token));
    }

    [Fact]
    public async Task ResolveAsync_LifetimeOver_IsNull()
    {
        using TemporaryStudio studio = await CreateAsync();
        await studio.AddAsync(1);
        (ShareLink link, string token) = await studio.Links.CreateAsync(1, TimeSpan.FromHours(1), false);

        studio.Time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(link, (await studio.Links.ResolveAsync(token))?.Link);
        Assert.Equal([link], await studio.Links.ListAsync(1));
        studio.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Null(await studio.Links.ResolveAsync(token));
        Assert.Empty(await studio.Links.ListAsync(1));
    }

    [Fact]
    public async Task ResolveAsync_Revoked_IsNullAndOtherLinksStay()
    {
        using TemporaryStudio studio = await CreateAsync();
        await studio.AddAsync(1);
        (ShareLink revoked, string revokedToken) = await studio.Links.CreateAsync(1, null, false);
        (ShareLink kept, string keptToken) = await studio.Links.CreateAsync(1, null, false);

        await studio.Links.RevokeAsync(revoked.Id);

        Assert.Null(await studio.Links.ResolveAsync(revokedToken));
        Assert.NotNull(await studio.Links.ResolveAsync(keptToken));
        Assert.Equal([kept], await studio.Links.ListAsync(1));
    }

    [Fact]
    public async Task ResolveAsync_PictureInTheTrash_OpensAgainWhenItIsRestored()
    {
        using TemporaryStudio studio = await CreateAsync();
        await studio.AddAsync(1);
        (_, string token) = await studio.Links.CreateAsync(1, null, false);

        await studio.Gallery.TrashAsync([1]);
        Assert.Null(await studio.Links.ResolveAsync(token));
        await studio.Gallery.RestoreAsync([1]);
        Assert.NotNull(await studio.Links.ResolveAsync(token));

        await studio.Gallery.TrashAsync([1]);
        await studio.Gallery.PurgeAsync(DateTimeOffset.MaxValue);
        Assert.Null(await studio.Links.ResolveAsync(token));
    }

    [Fact]
    public async Task CreateAsync_Token_IsNowhereOnDisk()
    {
        using TemporaryStudio studio = await CreateAsync();
        await studio.AddAsync(1);
        (_, string token) = await studio.Links.CreateAsync(1, null, false);
        byte[] bytes = System.Buffers.Text.Base64Url.DecodeFromChars(token);
        studio.Database.Dispose();

        foreach (string file in Directory.EnumerateFiles(studio.Root, "studio.db*"))
        {
            byte[] content = await File.ReadAllBytesAsync(file);
            Assert.Equal(-1, content.AsSpan().IndexOf(bytes));
            Assert.Equal(-1, content.AsSpan().IndexOf(Encoding.ASCII.GetBytes(token)));
        }
    }

    [Fact]
    public async Task CreateAsync_NoSuchPicture_Throws()
    {
        using TemporaryStudio studio = await CreateAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => studio.Links.CreateAsync(99, null, false));
    }

    [Fact]
    public async Task CreateAsync_LifetimeOfNothing_Throws()
    {
        using TemporaryStudio studio = await CreateAsync();

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => studio.Links.CreateAsync(1, TimeSpan.Zero, false));
    }
}
