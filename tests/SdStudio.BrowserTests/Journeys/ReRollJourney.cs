using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace SdStudio.BrowserTests.Journeys;

/// <summary>Re-roll: the same words, another picture; again: the same picture.</summary>
[Collection(StudioCollection.Name)]
public sealed class ReRollJourney(StudioFixture studio)
{
    [SkippableFact]
    public async Task ReRoll_GivesAnotherPictureAndAgainTheSameOne()
    {
        await using Visitor visitor = await studio.VisitAsync();
        IPage page = visitor.Page;
        await page.OpenCreateAsync("?steps=8");
        await page.MakeAsync("a red balloon over a meadow");
        long first = await page.FinishedAsync();

        await page.GetByTestId("reroll").ClickAsync();
        long second = await page.FinishedAsync(first);
        await page.GetByTestId("again").ClickAsync();
        long third = await page.FinishedAsync(second);

        Assert.NotEqual(await PixelsAsync(page, first), await PixelsAsync(page, second));
        Assert.Equal(await PixelsAsync(page, second), await PixelsAsync(page, third));
        await Expect(page.Picture()).ToHaveAttributeAsync("alt", "a red balloon over a meadow");
        Assert.Empty(visitor.Complaints);
    }

    /// <summary>The decoded pixels: the files differ, for each names the time it was made at most.</summary>
    private static Task<string> PixelsAsync(IPage page, long id) => page.EvaluateAsync<string>(
        """
        async id => {
            const bitmap = await createImageBitmap(await (await fetch(`/pictures/${id}.png`)).blob());
            const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
            canvas.drawImage(bitmap, 0, 0);
            const digest = new Uint8Array(canvas.getImageData(0, 0, bitmap.width, bitmap.height).data);
            let hash = 0n;
            for (const value of digest) hash = BigInt.asUintN(64, hash * 1099511628211n + BigInt(value));
            return hash.toString(16);
        }
        """,
        id);
}
