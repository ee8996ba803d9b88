using Bunit;
using SdStudio.Diffusion;
using SdStudio.Storage.Gallery;
using SdStudio.Web.Components.Gallery;
using SdStudio.Web.Generation;

namespace SdStudio.Web.Tests.Components.Gallery;

public sealed class PicturePageTests : GalleryContext
{
    [Fact]
    public async Task ReRoll_Picture_EnqueuesTheRecipeWithANewSeed()
    {
        GalleryImage image = await AddAsync();

        GenerationJob? job = await Actions.ReRollAsync(image);

        Assert.NotNull(job);
        Assert.NotEqual(image.Recipe.Seed, job.Recipe.Seed);
        Assert.InRange(job.Recipe.Seed, 0, uint.MaxValue);
        Assert.Equal(image.Recipe, job.Recipe with { Seed = image.Recipe.Seed });
        Assert.Equal((Me, image.Id), (job.Owner, job.ParentId));
    }

    [Fact]
    public async Task Again_Picture_EnqueuesTheSameRecipe()
    {
        GalleryImage image = await AddAsync();

        GenerationJob? job = await Actions.AgainAsync(image);

        Assert.Equal(image.Recipe, job!.Recipe);
        Assert.Equal(image.Id, job.ParentId);
    }

    [Fact]
    public async Task Page_ReRollPressed_GoesToTheRunningJob()
    {
        GalleryImage image = await AddAsync();
        IRenderedComponent<PicturePage> page = RenderPicture(image.Id);

        await page.Find("[data-testid='re-roll']").ClickAsync();

        Assert.Equal(image.Id, Assert.Single(Queue.Jobs).ParentId);
        Assert.Equal("http://localhost/", Navigation.Uri);
    }

    [Fact]
    public async Task Page_Remix_LeadsToTheFormWithThisRecipe()
    {
        GalleryImage image = await AddAsync();

        Assert.Equal($"/?from={image.Id}", RenderPicture(image.Id).Find("[data-testid='remix']").GetAttribute("href"));
    }

    [Fact]
    public async Task Page_Neighbours_AreThoseOfTheSearch()
    {
        GalleryImage oldest = await AddAsync(Recipe("a cat"));
        await AddAsync(Recipe("a dog"));
        GalleryImage image = await AddAsync(Recipe("a cat"));
        Navigation.NavigateTo("/picture/1?q=cat");
        IRenderedComponent<PicturePage> page = RenderPicture(image.Id);

        Assert.Equal($"/picture/{oldest.Id}?q=cat", page.Find("[aria-label='Older picture']").GetAttribute("href"));
        Assert.Empty(page.FindAll("[aria-label='Newer picture']"));
        Assert.Contains("1 of 2", page.Find(".place").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_Delete_GoesOnAndUndoComesBack()
    {
        GalleryImage older = await AddAsync(), image = await AddAsync();
        IRenderedComponent<PicturePage> page = RenderPicture(image.Id);

        await page.Find("[data-testid='delete']").ClickAsync();
        Assert.EndsWith($"/picture/{older.Id}", Navigation.Uri, StringComparison.Ordinal);
        Assert.NotNull((await Store.FindAsync(image.Id))!.TrashedAt);

        await page.InvokeAsync(Notices.Current!.Action!);
        Assert.Null((await Store.FindAsync(image.Id))!.TrashedAt);
        Assert.EndsWith($"/picture/{image.Id}", Navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_Favourite_IsKept()
    {
        GalleryImage image = await AddAsync();
        IRenderedComponent<PicturePage> page = RenderPicture(image.Id);

        await page.Find("[aria-label='Favourite']").ClickAsync();

        Assert.True((await Store.FindAsync(image.Id))!.IsFavourite);
        page.WaitForAssertion(() => Assert.Equal("true", page.Find("[aria-label='Favourite']").GetAttribute("aria-pressed")));
    }

    [Fact]
    public async Task Page_Family_ShowsParentAndChildren()
    {
        ImageRecipe recipe = Recipe();
        GalleryImage parent = await AddAsync(recipe), image = await AddAsync(recipe with { Seed = 8 }, parentId: parent.Id);
        await AddAsync(recipe with { Seed = 9 }, parentId: image.Id);

        string[] words = [.. RenderPicture(image.Id).FindAll("[data-testid='family'] span").Select(span => span.TextContent)];
        Assert.Equal(["Before", "This", "Re-roll"], words);
    }

    [Fact]
    public async Task Page_InTheTrash_OffersToRestoreAndNothingElse()
    {
        GalleryImage image = await AddAsync();
        await Store.TrashAsync([image.Id]);
        IRenderedComponent<PicturePage> page = RenderPicture(image.Id);

        Assert.Empty(page.FindAll("[data-testid='re-roll']"));
        await page.Find("[data-testid='restore']").ClickAsync();
        Assert.Null((await Store.FindAsync(image.Id))!.TrashedAt);
    }

    [Fact]
    public void Page_UnknownPicture_SaysSo()
    {
        IRenderedComponent<PicturePage> page = Render<PicturePage>(p => p.Add(x => x.Id, 404));

        page.WaitForAssertion(() => Assert.Contains("not here any more", page.Markup, StringComparison.Ordinal));
    }

    private IRenderedComponent<PicturePage> RenderPicture(long id)
    {
        IRenderedComponent<PicturePage> page = Render<PicturePage>(p => p.Add(x => x.Id, id));
        page.WaitForElement("[data-testid='recipe']");
        return page;
    }
}
