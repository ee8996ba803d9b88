using AngleSharp.Dom;
using Bunit;
using SdStudio.Web.Components.Generate;

namespace SdStudio.Web.Tests.Components.Generate;

public sealed class RatioTilesTests : BunitContext
{
    private (int Width, int Height)? _chosen;

    [Fact]
    public void Tile_Pressed_ChoosesItsSize()
    {
        IRenderedComponent<RatioTiles> tiles = Show(512, 512);

        tiles.Find("[data-testid='ratio-16:9']").Click();

        Ratio wide = Ratio.For(new SizeLimits(512, 8))[3];
        Assert.Equal((wide.Width, wide.Height), _chosen);
    }

    [Fact]
    public void Tiles_SizeOfOne_ShowItPressedAndNoNumbers()
    {
        IRenderedComponent<RatioTiles> tiles = Show(512, 512);

        IElement pressed = Assert.Single(tiles.FindAll("[aria-pressed=true]"));
        Assert.Contains("Square", pressed.TextContent, StringComparison.Ordinal);
        Assert.Empty(tiles.FindAll("[data-testid=width]"));
    }

    [Fact]
    public void Tiles_SizeOfNone_ShowTheNumbers()
    {
        IRenderedComponent<RatioTiles> tiles = Show(520, 512);

        Assert.Empty(tiles.FindAll("[aria-pressed=true]"));
        tiles.Find("[data-testid=height]").Change("640");
        Assert.Equal((520, 640), _chosen);
    }

    [Fact]
    public void Numbers_Wrong_CarryTheMessage()
    {
        IRenderedComponent<RatioTiles> tiles = Render<RatioTiles>(parameters => parameters
            .Add(part => part.Limits, new SizeLimits(512, 8)).Add(part => part.Width, 515).Add(part => part.Height, 512)
            .Add(part => part.WidthMessage, "In steps of 8."));

        IElement width = tiles.Find("[data-testid=width]");
        Assert.Equal("true", width.GetAttribute("aria-invalid"));
        Assert.Equal("In steps of 8.", tiles.Find($"#{width.GetAttribute("aria-describedby")}").TextContent);
    }

    private IRenderedComponent<RatioTiles> Show(int width, int height) => Render<RatioTiles>(parameters => parameters
        .Add(part => part.Limits, new SizeLimits(512, 8)).Add(part => part.Width, width).Add(part => part.Height, height)
        .Add(part => part.OnChoose, size => _chosen = size));
}
