using Bunit;
using Microsoft.AspNetCore.Components;
using SdStudio.Storage.Gallery;
using SdStudio.Web.Components.Gallery;

namespace SdStudio.Web.Tests.Components.Gallery;

public sealed class GalleryPageTests : GalleryContext
{
    [Fact]
    public void Page_NoPictures_OffersToMakeTheFirst()
    {
        IRenderedComponent<GalleryPage> page = Render<GalleryPage>();

        page.WaitForAssertion(() => Assert.Contains("No picture yet", page.Markup, StringComparison.Ordinal));
        Assert.Equal("/", page.Find(".btn.primary").GetAttribute("href"));
    }

    [Fact]
    public async Task Page_SearchWithoutHit_NamesTheWayOut()
    {
        await AddAsync(Recipe("a cat"));
        await AddAsync(Recipe("a dog"));
        IRenderedComponent<GalleryPage> page = RenderAt("/gallery?q=is%3Afavourite%20cat");

        page.WaitForAssertion(() => Assert.Contains("Without “is: favourite” there is 1.", page.Markup, StringComparison.Ordinal));
        await page.Find("[data-testid='way-out']").ClickAsync();

        Assert.Equal("cat", SearchIn(Navigation));
    }

    [Fact]
    public async Task Page_FilterPressed_WritesItIntoTheAddress()
    {
        await AddAsync();
        IRenderedComponent<GalleryPage> page = RenderAt("/gallery");
        page.WaitForElement("[data-id]");

        await page.FindAll(".facet").Single(facet => facet.TextContent.StartsWith("Favourites", StringComparison.Ordinal)).ClickAsync();

        Assert.Equal("is:favourite", SearchIn(Navigation));
    }

    [Fact]
    public async Task Page_ConditionTypedAndEntered_BecomesAChip()
    {
        await AddAsync();
        IRenderedComponent<GalleryPage> page = RenderAt("/gallery");
        page.WaitForElement("[data-id]");

        _ = page.Find("[data-testid='search']").InputAsync("lora:blueprint lighthouse");
        await page.Find("[data-testid='search']").KeyDownAsync("Enter");

        Assert.Equal("lora:blueprint lighthouse", SearchIn(Navigation));
        page.WaitForAssertion(() => Assert.Contains("blueprint", page.Find(".search .chip").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Page_DeleteSelected_CanBeUndone()
    {
        GalleryImage kept = await AddAsync(), gone = await AddAsync();
        IRenderedComponent<GalleryPage> page = RenderAt("/gallery");
        IRenderedComponent<GalleryGrid> grid = page.WaitForComponent<GalleryGrid>();
        grid.WaitForElement("[data-id]");

        await grid.InvokeAsync(() => grid.Instance.Select(gone.Id, range: false));
        await page.FindAll("[data-testid='selection-bar'] button").Single(button => button.TextContent.Contains("Delete", StringComparison.Ordinal)).ClickAsync();

        Assert.Equal([kept.Id], (await Store.TilesAsync(new GalleryQuery())).Select(tile => tile.Id));
        Assert.Equal("1 picture moved to the trash", Notices.Current!.Text);
        Assert.Equal(TimeSpan.FromSeconds(10), Notices.Current.Lasts);

        await Notices.Current.Action!();
        Assert.Equal(2, await Store.CountAsync(new GalleryQuery()));
    }

    [Fact]
    public async Task Page_PictureArrivesWhileScrolledDown_WaitsBehindThePill()
    {
        await AddAsync();
        IRenderedComponent<GalleryPage> page = RenderAt("/gallery");
        IRenderedComponent<GalleryGrid> grid = page.WaitForComponent<GalleryGrid>();
        grid.WaitForElement("[data-id]");
        await grid.InvokeAsync(() => grid.Instance.ViewChanged(400, 900, 1108));

        await AddAsync();

        page.WaitForAssertion(() => Assert.Contains("1 new", page.Find("[data-testid='new-pill']").TextContent, StringComparison.Ordinal));
        Assert.Single(page.FindAll("[data-id]"));
        await page.Find("[data-testid='new-pill']").ClickAsync();
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("[data-id]").Count));
    }

    [Fact]
    public async Task Page_PictureArrivesAtTheTop_IsShownAtOnce()
    {
        await AddAsync();
        IRenderedComponent<GalleryPage> page = RenderAt("/gallery");
        page.WaitForElement("[data-id]");

        await AddAsync();

        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("[data-id]").Count));
        Assert.Empty(page.FindAll("[data-testid='new-pill']"));
    }

    [Fact]
    public async Task Trash_Restore_BringsThePictureBack()
    {
        GalleryImage image = await AddAsync();
        await Store.TrashAsync([image.Id]);
        IRenderedComponent<TrashPage> page = Render<TrashPage>();
        IRenderedComponent<GalleryGrid> grid = page.WaitForComponent<GalleryGrid>();
        grid.WaitForElement("[data-id]");

        await grid.InvokeAsync(() => grid.Instance.Select(image.Id, range: false));
        await page.Find("[data-testid='restore']").ClickAsync();

        Assert.Equal(1, await Store.CountAsync(new GalleryQuery()));
        page.WaitForAssertion(() => Assert.Contains("The trash is empty", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Trash_DeleteForGood_AsksOnce()
    {
        GalleryImage image = await AddAsync();
        await Store.TrashAsync([image.Id]);
        Time.Advance(TimeSpan.FromSeconds(1));
        IRenderedComponent<TrashPage> page = Render<TrashPage>();
        page.WaitForElement("[data-id]");

        await page.FindAll("button").Single(button => button.TextContent.Trim() == "Delete for good").ClickAsync();
        Assert.NotNull(await Store.FindAsync(image.Id));
        await page.Find("[data-testid='purge']").ClickAsync();

        Assert.Null(await Store.FindAsync(image.Id));
    }

    private static string? SearchIn(NavigationManager navigation) => System.Web.HttpUtility.ParseQueryString(new Uri(navigation.Uri).Query)["q"];

    private IRenderedComponent<GalleryPage> RenderAt(string address)
    {
        Navigation.NavigateTo(address);
        return Render<GalleryPage>();
    }
}
