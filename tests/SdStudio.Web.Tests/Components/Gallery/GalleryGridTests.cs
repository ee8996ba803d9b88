using AngleSharp.Dom;
using Bunit;
using SdStudio.Storage.Gallery;
using SdStudio.Web.Components.Gallery;

namespace SdStudio.Web.Tests.Components.Gallery;

public sealed class GalleryGridTests : GalleryContext
{
    private readonly PictureSelection _selection = new();

    [Fact]
    public async Task Grid_Pictures_AreLinksNamedByTheirPrompts()
    {
        GalleryImage image = await AddAsync(Recipe("a cat in the snow"));
        IRenderedComponent<GalleryGrid> grid = await RenderAsync();

        grid.WaitForAssertion(() => Assert.Equal("a cat in the snow", grid.Find("img").GetAttribute("alt")));
        Assert.Equal($"/picture/{image.Id}", grid.Find("[data-id] a").GetAttribute("href"));
        Assert.Equal("November 2026", grid.Find("h2").TextContent);
    }

    [Fact]
    public async Task Grid_ManyPictures_RendersOnlyThoseNearTheWindow()
    {
        GalleryTile[] tiles = [.. Enumerable.Range(0, 100_000).Select(i => new GalleryTile(100_000 - i, 512, 512, Time.GetUtcNow().AddHours(-i)))];
        IRenderedComponent<GalleryGrid> grid = Render<GalleryGrid>(p => p.Add(g => g.Tiles, tiles).Add(g => g.Selection, _selection));

        Assert.InRange(grid.FindAll("[data-id]").Count, 20, 150);
        await grid.InvokeAsync(() => grid.Instance.ViewChanged(2_000_000, 900, 1108));
        Assert.InRange(grid.FindAll("[data-id]").Count, 20, 150);
        Assert.True(long.Parse(grid.Find("[data-id]").GetAttribute("data-id")!, System.Globalization.CultureInfo.InvariantCulture) < 90_000);
    }

    [Fact]
    public async Task Grid_Pictures_AreOneTabStop()
    {
        await AddManyAsync(5);
        IRenderedComponent<GalleryGrid> grid = await RenderAsync();

        Assert.Single(grid.FindAll("[data-id] a[tabindex='0']"));
        Assert.All(grid.FindAll("button"), button => Assert.Equal("-1", button.GetAttribute("tabindex")));
    }

    [Theory]
    [InlineData("ArrowRight", 3, 2)]
    [InlineData("ArrowLeft", 3, 4)]
    [InlineData("Home", 3, 5)]
    [InlineData("End", 3, 1)]
    [InlineData("ArrowLeft", 5, 5)]
    public async Task KeyPressed_Arrows_MoveTheTabStop(string key, long from, long to)
    {
        await AddManyAsync(5);
        IRenderedComponent<GalleryGrid> grid = await RenderAsync();

        await grid.InvokeAsync(() => grid.Instance.KeyPressed(from, key));

        Assert.Equal(to.ToString(System.Globalization.CultureInfo.InvariantCulture), grid.Find("a[tabindex='0']").ParentElement!.GetAttribute("data-id"));
    }

    [Fact]
    public async Task KeyPressed_Space_SelectsThePicture()
    {
        await AddManyAsync(3);
        IRenderedComponent<GalleryGrid> grid = await RenderAsync();

        await grid.InvokeAsync(() => grid.Instance.KeyPressed(2, " "));

        Assert.Equal([2L], _selection.Ids);
        IElement selected = Assert.Single(grid.FindAll("[aria-selected='true']"));
        Assert.Equal("2", selected.GetAttribute("data-id"));
    }

    [Fact]
    public async Task Select_WithShift_TakesEverythingBetween()
    {
        await AddManyAsync(6);
        IRenderedComponent<GalleryGrid> grid = await RenderAsync();

        await grid.InvokeAsync(() => grid.Instance.Select(5, range: false));
        await grid.InvokeAsync(() => grid.Instance.Select(2, range: true));

        Assert.Equal([5L, 4, 3, 2], _selection.Ids);
    }

    [Fact]
    public async Task Grid_NewPicturesOnTop_KeepsTheWindowWhereItWas()
    {
        await AddManyAsync(3);
        IRenderedComponent<GalleryGrid> grid = await RenderAsync();
        await AddManyAsync(1);

        IReadOnlyList<GalleryTile> tiles = await Store.TilesAsync(new GalleryQuery());
        grid.Render(p => p.Add(g => g.Tiles, tiles));

        grid.WaitForAssertion(() => Assert.Equal(4, grid.FindAll("[data-id]").Count));
        Assert.Single(grid.FindAll(".fresh"));
    }

    private async Task AddManyAsync(int count)
    {
        for (int i = 0; i < count; i++)
        {
            await AddAsync();
        }
    }

    private async Task<IRenderedComponent<GalleryGrid>> RenderAsync()
    {
        IReadOnlyList<GalleryTile> tiles = await Store.TilesAsync(new GalleryQuery());
        IRenderedComponent<GalleryGrid> grid = Render<GalleryGrid>(p => p.Add(g => g.Tiles, tiles).Add(g => g.Selection, _selection));
        grid.WaitForElement("[data-id]");
        return grid;
    }
}
