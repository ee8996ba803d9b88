using AngleSharp.Html.Dom;
using Bunit;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Sharing;
using SdStudio.Web.Components.Share;
using SdStudio.Web.Tests.Components.Gallery;

namespace SdStudio.Web.Tests.Components.Share;

public sealed class ShareDialogTests : GalleryContext
{
    [Fact]
    public async Task Create_WithDefaults_MakesALinkForAWeekWithTheRecipe()
    {
        GalleryImage image = await AddAsync();
        IRenderedComponent<ShareDialog> dialog = Open(image);

        await dialog.Find("[data-testid='create-link']").ClickAsync();

        ShareLink link = Assert.Single(await Links.ListAsync(image.Id));
        Assert.True(link.ShowsRecipe);
        Assert.Equal(Time.GetUtcNow().AddDays(7), link.ExpiresAt);
    }

    [Fact]
    public async Task Create_AddressShown_OpensThePicture()
    {
        GalleryImage image = await AddAsync();
        IRenderedComponent<ShareDialog> dialog = Open(image);

        await dialog.Find("[data-testid='create-link']").ClickAsync();

        var address = new Uri(((IHtmlInputElement)dialog.Find("[data-testid='link']")).Value);
        Assert.Equal("localhost", address.Host);
        Assert.Equal(image.Id, (await Links.ResolveAsync(address.Segments[^1]))?.Image.Id);
        Assert.NotEmpty(dialog.FindAll("svg.qr"));
    }

    [Fact]
    public async Task Create_WithoutRecipeAndEnd_IsWhatWasAskedFor()
    {
        GalleryImage image = await AddAsync();
        IRenderedComponent<ShareDialog> dialog = Open(image);

        await dialog.Find("[data-testid='shows-recipe']").ChangeAsync(false);
        await dialog.FindAll("input[type='radio']")[2].ChangeAsync(true);
        await dialog.Find("[data-testid='create-link']").ClickAsync();

        ShareLink link = Assert.Single(await Links.ListAsync(image.Id));
        Assert.False(link.ShowsRecipe);
        Assert.Null(link.ExpiresAt);
    }

    [Fact]
    public async Task Revoke_OpenLink_StopsIt()
    {
        GalleryImage image = await AddAsync();
        (_, string token) = await Links.CreateAsync(image.Id, null, true);
        IRenderedComponent<ShareDialog> dialog = Open(image);

        await dialog.Find("[data-testid='revoke']").ClickAsync();

        Assert.Null(await Links.ResolveAsync(token));
        Assert.Empty(dialog.FindAll("[data-testid='open-links']"));
    }

    [Fact]
    public async Task Open_OnThisComputersOwnAddress_WarnsPlainly()
    {
        IRenderedComponent<ShareDialog> dialog = Open(await AddAsync());

        Assert.Contains("This address opens only on this computer.", dialog.Find("[data-testid='only-here']").TextContent, StringComparison.Ordinal);
    }

    private IRenderedComponent<ShareDialog> Open(GalleryImage image)
    {
        IRenderedComponent<ShareDialog> dialog = Render<ShareDialog>(p => p.Add(d => d.Image, image).Add(d => d.IsOpen, true));
        dialog.WaitForElement("[data-testid='create-link']");
        return dialog;
    }
}
