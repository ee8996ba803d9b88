using Bunit;
using Microsoft.Extensions.DependencyInjection;
using SdStudio.Diffusion.Imaging;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Imaging;
using SdStudio.Storage.Import;
using SdStudio.Storage.Models;
using SdStudio.Web.Components.Gallery;
using SdStudio.Web.Components.Share;

namespace SdStudio.Web.Tests.Components.Gallery;

/// <summary>Pictures of other programs on the gallery's pages.</summary>
public sealed class ForeignPictureTests : GalleryContext, IAsyncLifetime
{
    private readonly string _outputs = Directory.CreateTempSubdirectory("outputs-").FullName;

    [Fact]
    public async Task Page_OfAModelThatIsNotHere_SaysSoAndOffersRemixOnly()
    {
        GalleryImage image = await BringAsync("a fox\nSteps: 5, Sampler: Euler, Seed: 3, Size: 8x8, Model: someones");

        IRenderedComponent<PicturePage> page = Render<PicturePage>(parameters => parameters.Add(picture => picture.Id, image.Id));

        Assert.StartsWith("Its model, someones, is not here.", page.Find("[data-testid=foreign-model]").TextContent, StringComparison.Ordinal);
        Assert.Contains("made with AUTOMATIC1111", page.Find(".who").TextContent, StringComparison.Ordinal);
        Assert.True(page.Find("[data-testid=re-roll]").HasAttribute("disabled"));
        Assert.True(page.Find("[data-testid=again]").HasAttribute("disabled"));
        Assert.Equal($"/?from={image.Id}", page.Find("[data-testid=remix]").GetAttribute("href"));
        Assert.EndsWith(".jpg?v=" + image.CreatedAt.ToUnixTimeMilliseconds().ToString("x", null), page.Find("img.print").GetAttribute("src"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_OfAPictureThatSaysNothing_OffersNoRecipe()
    {
        GalleryImage image = await BringAsync(parameters: null);

        IRenderedComponent<PicturePage> page = Render<PicturePage>(parameters => parameters.Add(picture => picture.Id, image.Id));

        Assert.NotNull(page.Find("[data-testid=no-recipe]"));
        Assert.True(page.Find(".side .acts").HasAttribute("hidden"));
    }

    [Fact]
    public async Task Page_WhoseFileIsGone_SaysItKindlyAndNotWhereItLayToVisitors()
    {
        (ImportStore store, FolderImporter importer) = (Services.GetRequiredService<ImportStore>(), Services.GetRequiredService<FolderImporter>());
        string path = Write("a fox\nSteps: 5, Sampler: Euler, Seed: 3, Size: 8x8, Model: someones");
        (FolderImport? import, _) = await store.AddAsync(_outputs, copies: false, Me);
        await importer.RunAsync(import!);
        GalleryImage image = Assert.Single(await Store.PageAsync(new GalleryQuery(), null, 1));
        File.Delete(path);

        IRenderedComponent<PicturePage> page = Render<PicturePage>(parameters => parameters.Add(picture => picture.Id, image.Id));

        string lost = page.Find("[data-testid=lost]").TextContent;
        Assert.Contains("The file is not there now", lost, StringComparison.Ordinal);
        Assert.DoesNotContain(_outputs, lost, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Facets_OfModelsThatAreNotHere_AreFiltersToo()
    {
        await BringAsync("a fox\nSteps: 5, Sampler: Euler, Seed: 3, Size: 8x8, Model: someones");
        await BringAsync(parameters: null);

        GalleryFacets facets = await GalleryFacets.CountAsync(Store, Services.GetRequiredService<ModelCatalog>().Models, SearchText.Nothing, Me);

        GalleryFacet facet = Assert.Single(facets.Models);
        Assert.Equal(("someones", 1), (facet.Name, facet.Count));
    }

    [Fact]
    public async Task Download_Dialog_GivesTheChosenFormatWithOrWithoutTheRecipe()
    {
        GalleryImage image = await AddAsync();
        IRenderedComponent<DownloadDialog> dialog = Render<DownloadDialog>(parameters => parameters.Add(download => download.Image, image).Add(download => download.IsOpen, true));
        Assert.Contains($"/pictures/{image.Id}.png", dialog.Find("[data-testid=download-file]").GetAttribute("href"), StringComparison.Ordinal);

        await dialog.FindAll("input[type='radio']")[1].ChangeAsync(true);
        await dialog.Find("[data-testid=with-recipe]").ChangeAsync(false);

        string href = dialog.Find("[data-testid=download-file]").GetAttribute("href")!;
        Assert.Contains($"/pictures/{image.Id}.jpg", href, StringComparison.Ordinal);
        Assert.EndsWith("&download&recipe=none", href, StringComparison.Ordinal);
        Assert.Empty(dialog.FindAll("[data-testid=no-avif]"));
    }

    [Fact]
    public async Task Share_InAnotherFormat_IsKeptWithTheLink()
    {
        GalleryImage image = await AddAsync();
        IRenderedComponent<ShareDialog> dialog = Render<ShareDialog>(parameters => parameters.Add(share => share.Image, image).Add(share => share.IsOpen, true));

        await dialog.FindAll("input[type='radio']")[4].ChangeAsync(true);
        await dialog.Find("[data-testid='create-link']").ClickAsync();

        Assert.Equal(ImageFormat.Jpeg, Assert.Single(await Links.ListAsync(image.Id)).Format);
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        Directory.Delete(_outputs, recursive: true);
    }

    private async Task<GalleryImage> BringAsync(string? parameters) =>
        (await Services.GetRequiredService<PictureIntake>().KeepAsync(Write(parameters), recipe: null, Me))!.Value.Image;

    private string Write(string? parameters)
    {
        string path = Path.Combine(_outputs, $"{Guid.NewGuid():N}.jpg");
        byte[] jpeg = PictureEncoder.Encode(new RgbImage(8, 8, new byte[192]), ImageFormat.Jpeg);
        File.WriteAllBytes(path, parameters is null ? jpeg : PictureExport.Insert(jpeg, ImageFormat.Jpeg, parameters, record: null));
        return path;
    }
}
