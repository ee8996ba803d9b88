using System.Text;
using Bunit;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.Extensions.DependencyInjection;
using SdStudio.Diffusion;
using SdStudio.Diffusion.Imaging;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Imaging;
using SdStudio.Web.Components.Import;
using SdStudio.Web.Tests.Components.Gallery;

namespace SdStudio.Web.Tests.Components.Import;

public sealed class PictureDropTests : GalleryContext
{
    private const string Parameters = "a fox in the snow <lora:detail:0.5>\nNegative prompt: low\nSteps: 30, Sampler: DPM++ 2M Karras, CFG scale: 6, Seed: 42, Size: 512x768, Model hash: 0123456789, Model: someones-model, "
        + "Denoising strength: 0.4, Hires upscale: 2, Hires upscaler: Latent, Lora hashes: \"detail: aabbccddeeff\", Version: v1.6.0";

    [Fact]
    public void Read_PictureOfAnotherProgram_ShowsAllThatWasUnderstood()
    {
        IRenderedComponent<PictureDrop> drop = Bring("fox.png", Png(Parameters));

        Assert.Equal("Made with AUTOMATIC1111", drop.Find("[data-testid=import-dialog] h2").TextContent);
        Assert.Equal("a fox in the snow", drop.Find("[data-testid=read-prompt]").TextContent);
        Assert.Contains("DPM++ 2M Karras", drop.Find("[data-testid=mapped]").TextContent, StringComparison.Ordinal);
        Assert.Contains("DPM++ 2M, Karras", drop.Find("[data-testid=mapped]").TextContent, StringComparison.Ordinal);
        Assert.Contains("The second pass that enlarged it 2 times", drop.Find("[data-testid=left-out]").TextContent, StringComparison.Ordinal);
        Assert.Contains("PNG, 8 × 8", drop.Find(".side").TextContent, StringComparison.Ordinal);
        string missing = drop.Find("[data-testid=missing]").TextContent;
        Assert.Contains("2 models are not here", missing, StringComparison.Ordinal);
        Assert.Contains("someones-model", missing, StringComparison.Ordinal);
        Assert.Contains("aabbccddeeff", missing, StringComparison.Ordinal);
        Assert.Equal(
            ["https://civitai.com/search/models?query=0123456789", "https://civitai.com/search/models?query=aabbccddeeff"],
            drop.FindAll("[data-testid=missing] a").Select(link => link.GetAttribute("href")));
        Assert.All(drop.FindAll("[data-testid=missing] a"), link => Assert.Equal(("_blank", "noopener noreferrer"), (link.GetAttribute("target"), link.GetAttribute("rel"))));
    }

    [Fact]
    public void Make_WithoutAnyModel_IsNotPossibleAndSaysWhy()
    {
        IRenderedComponent<PictureDrop> drop = Bring("fox.png", Png(Parameters));

        Assert.True(drop.Find("[data-testid=import-make]").HasAttribute("disabled"));
        Assert.Contains("Edit it first.", drop.Find("[data-testid=make-problem]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Edit_FromTheGallery_OpensCreateWithTheRecipe()
    {
        IRenderedComponent<PictureDrop> drop = Bring("fox.png", Png(Parameters));

        await drop.Find("[data-testid=import-edit]").ClickAsync();

        Assert.StartsWith("http://localhost/?prompt=a%20fox%20in%20the%20snow&negative=low", Navigation.Uri, StringComparison.Ordinal);
        Assert.Contains("seed=42", Navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Edit_OnCreate_HandsTheRecipeOver()
    {
        ImageRecipe? edited = null;
        IRenderedComponent<PictureDrop> drop = Bring("fox.png", Png(Parameters), recipe => edited = recipe);

        await drop.Find("[data-testid=import-edit]").ClickAsync();

        Assert.Equal(("a fox in the snow", "dpmpp_2m", "karras", 768), (edited?.Prompt, edited?.Sampler, edited?.Schedule, edited?.Height));
        Assert.Empty(edited!.Loras);
        Assert.Empty(drop.FindAll("[data-testid=read-prompt]"));
    }

    [Fact]
    public async Task Keep_Picture_IsInTheGalleryAndItsUploadIsGone()
    {
        IRenderedComponent<PictureDrop> drop = Bring("fox.png", Png(Parameters));

        await drop.Find("[data-testid=import-keep]").ClickAsync();

        GalleryImage image = Assert.Single(await Store.PageAsync(new GalleryQuery(), null, 10));
        Assert.Equal(("AUTOMATIC1111", "a fox in the snow", 42, Me), (image.Program, image.Recipe.Prompt, image.Recipe.Seed, image.Owner));
        Assert.Equal("It is in the gallery", Notices.Current?.Text);
        Assert.Empty(Directory.GetFiles(Path.Combine(Services.GetRequiredService<GalleryPaths>().Root, "uploads")));
    }

    [Fact]
    public void Read_PictureThatSaysNothing_CanOnlyBeKept()
    {
        IRenderedComponent<PictureDrop> drop = Bring("photo.png", Png(null));

        Assert.StartsWith("This picture does not say how it was made", drop.Find("[data-testid=not-understood]").TextContent, StringComparison.Ordinal);
        Assert.Empty(drop.FindAll("[data-testid=import-make]"));
        Assert.NotNull(drop.Find("[data-testid=import-keep]"));
    }

    [Fact]
    public void Read_PastedText_CanBeMadeAndNotKept()
    {
        IRenderedComponent<PictureDrop> drop = Bring("pasted text", Encoding.UTF8.GetBytes(Parameters));

        Assert.Equal("a fox in the snow", drop.Find("[data-testid=read-prompt]").TextContent);
        Assert.Empty(drop.FindAll("[data-testid=import-keep]"));
        Assert.Empty(drop.FindAll(".side"));
    }

    [Fact]
    public void Read_AnythingElse_IsToldInWords()
    {
        IRenderedComponent<PictureDrop> drop = Bring("x.bin", [1, 2, 3, 0, 255]);

        Assert.StartsWith("This is no PNG", drop.Find("[data-testid=not-understood]").TextContent, StringComparison.Ordinal);
        Assert.Empty(drop.FindAll("[data-testid=import-keep]"));
    }

    private static byte[] Png(string? parameters) =>
        PngFile.Encode(new RgbImage(8, 8, new byte[8 * 8 * 3]), parameters is null ? [] : [new KeyValuePair<string, string>("parameters", parameters)]);

    private IRenderedComponent<PictureDrop> Bring(string name, byte[] content, Action<ImageRecipe>? edit = null)
    {
        IRenderedComponent<PictureDrop> drop = Render<PictureDrop>(parameters =>
        {
            if (edit is not null)
            {
                parameters.Add(component => component.OnEdit, edit);
            }
        });
        drop.FindComponent<InputFile>().UploadFiles(InputFileContent.CreateFromBinary(content, name));
        drop.WaitForAssertion(() => Assert.NotEmpty(drop.FindAll("[data-testid=import-dialog] h2")), TimeSpan.FromSeconds(30));
        return drop;
    }
}
