using Bunit;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Sharing;
using SdStudio.Web.Components.Share;
using SdStudio.Web.Tests.Components.Gallery;

namespace SdStudio.Web.Tests.Components.Share;

public sealed class SharedImagePageTests : GalleryContext
{
    [Fact]
    public async Task Page_WithRecipe_TellsHowItWasMade()
    {
        IRenderedComponent<SharedImagePage> page = Show(await AddAsync(Recipe("a red lighthouse, warm light", seed: 4711)), showsRecipe: true);

        Assert.Equal("A red lighthouse", page.Find("h1").TextContent);
        Assert.Equal("a red lighthouse, warm light", page.Find("img").GetAttribute("alt"));
        Assert.Contains("4711", page.Find(".wide").TextContent, StringComparison.Ordinal);
        Assert.False(page.Find("details").HasAttribute("open"));
    }

    [Fact]
    public async Task Page_WithoutRecipe_HoldsNothingOfIt()
    {
        IRenderedComponent<SharedImagePage> page = Show(await AddAsync(Recipe("secret lighthouse", seed: 4711)), showsRecipe: false);

        Assert.DoesNotContain("lighthouse", page.Markup, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("4711", page.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("postcard", page.Markup, StringComparison.OrdinalIgnoreCase);
        Assert.NotEmpty(page.FindAll("meta[property='og:image']"));
    }

    [Fact]
    public void Page_EndedLink_SaysOneSentenceAndNothingOfThePicture()
    {
        IRenderedComponent<SharedImagePage> page = Render<SharedImagePage>(p => p.Add(x => x.Path, "/s/abc").Add(x => x.Address, "http://home/s/abc"));

        Assert.Equal("This link has ended.", page.Find("main").TextContent.Trim());
        Assert.Empty(page.FindAll("img, meta[property^='og:'], a"));
        Assert.Equal("SdStudio", page.Find("title").TextContent);
    }

    [Fact]
    public async Task Page_Any_NeedsNoScriptAndIsNotIndexed()
    {
        IRenderedComponent<SharedImagePage> page = Show(await AddAsync(), showsRecipe: true);

        Assert.Empty(page.FindAll("script"));
        Assert.Contains("noindex", page.Find("meta[name='robots']").GetAttribute("content"), StringComparison.Ordinal);
        Assert.Equal("/s/abc/picture.png?download", page.Find("a.btn").GetAttribute("href"));
    }

    private IRenderedComponent<SharedImagePage> Show(GalleryImage image, bool showsRecipe)
    {
        var link = new ShareLink(1, image.Id, Time.GetUtcNow(), null, showsRecipe);
        return Render<SharedImagePage>(p => p
            .Add(x => x.Opened, (link, image))
            .Add(x => x.Path, "/s/abc")
            .Add(x => x.Address, "http://home/s/abc")
            .Add(x => x.FileSize, 1_100_000));
    }
}
