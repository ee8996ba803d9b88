using Bunit;
using SdStudio.Storage.Gallery;
using SdStudio.Tests;
using SdStudio.Web.Components.Verify;
using SdStudio.Web.Generation;
using SdStudio.Web.Tests.Components.Plots;

namespace SdStudio.Web.Tests.Components.Verify;

public sealed class VerifyDialogTests : PlotContext
{
    [Fact]
    public async Task Dialog_OfThePictureThatComesOutTheSame_SaysSo()
    {
        GalleryImage image = await MakeAsync();
        IRenderedComponent<VerifyDialog> dialog = Open(image);
        Assert.Contains("made again", dialog.Markup, StringComparison.Ordinal);

        LetAllThrough();

        dialog.WaitForAssertion(() => Assert.Contains("Bit for bit the same", dialog.Find("[data-testid=verdict]").TextContent, StringComparison.Ordinal), s_patience);
        Assert.Empty(dialog.FindAll("[data-testid=causes]"));
        Assert.Equal(2, dialog.FindAll(".both img").Count);
        Assert.Single(await Workshop.PicturesAsync());
    }

    [Fact]
    public async Task Dialog_OfAnotherPicture_NamesCausesAndShowsTheDifference()
    {
        GalleryImage image = await MakeAsync();
        IRenderedComponent<VerifyDialog> dialog = Open(image with { Recipe = image.Recipe with { Seed = 200 } });
        LetAllThrough();
        dialog.WaitForAssertion(() => Assert.Contains("Different", dialog.Find("[data-testid=verdict]").TextContent, StringComparison.Ordinal), s_patience);

        Assert.NotEmpty(dialog.FindAll("[data-testid=causes] li"));
        Assert.Contains("Structural similarity", dialog.Find("details").TextContent, StringComparison.Ordinal);
        await dialog.FindAll("input[type=radio]")[1].ChangeAsync(new() { Value = "on" });
        Assert.StartsWith("data:image/webp;base64,", dialog.Find(".whole").GetAttribute("src"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dialog_Cancelled_EndsTheJob()
    {
        IRenderedComponent<VerifyDialog> dialog = Open(await MakeAsync());
        dialog.WaitForAssertion(() => Assert.Single(Workshop.Queue.Jobs), s_patience);

        await dialog.Find("[data-testid=cancel-verify]").ClickAsync();

        dialog.WaitForAssertion(() => Assert.Contains("Cancelled.", dialog.Markup, StringComparison.Ordinal), s_patience);
        await Until.True(() => Workshop.Queue.Jobs.Count == 0, "the queue is empty");
    }

    [Fact]
    public async Task Dialog_Closed_EndsTheJob()
    {
        IRenderedComponent<VerifyDialog> dialog = Open(await MakeAsync());
        dialog.WaitForAssertion(() => Assert.Single(Workshop.Queue.Jobs), s_patience);

        await DisposeComponentsAsync();

        await Until.True(() => Workshop.Queue.Jobs.Count == 0, "nobody waits for it any more");
    }

    [Fact]
    public async Task Dialog_OfAnOldPicture_SaysThatItKeepsNoHashes()
    {
        GalleryImage image = await MakeAsync();
        LetAllThrough();

        IRenderedComponent<VerifyDialog> dialog = Open(image with { Trace = null });

        dialog.WaitForAssertion(() => Assert.Contains("keeps no hashes", dialog.Markup, StringComparison.Ordinal), s_patience);
    }

    private IRenderedComponent<VerifyDialog> Open(GalleryImage image) => Render<VerifyDialog>(parameters => parameters.Add(dialog => dialog.Image, image).Add(dialog => dialog.IsOpen, true));

    private async Task<GalleryImage> MakeAsync()
    {
        LetThrough(4);
        GenerationJob job = await Workshop.AddAsync();
        Assert.IsType<JobOutcome.Succeeded>(await Until.Done(job.Completion));
        return Assert.Single(await Workshop.PicturesAsync());
    }
}
