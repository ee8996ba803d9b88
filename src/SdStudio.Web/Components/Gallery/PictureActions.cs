using SdStudio.Diffusion;
using SdStudio.Storage.Gallery;
using SdStudio.Web.Components.Parts;
using SdStudio.Web.Generation;
using SdStudio.Web.Security;

namespace SdStudio.Web.Components.Gallery;

/// <summary>What can be done with pictures wherever they are shown. Scoped: it acts for one browser.</summary>
public sealed class PictureActions(GalleryStore gallery, GenerationQueue queue, BrowserIdentity browser, NoticeService notices)
{
    // Seeds that every program of the field can take.
    private const long Seeds = 1L << 32;

    /// <summary>The same recipe with a new seed, at once.</summary>
    /// <returns>The job; null when the queue is full, which the person was told.</returns>
    public Task<GenerationJob?> ReRollAsync(GalleryImage image)
    {
        ArgumentNullException.ThrowIfNull(image);

        // Drawn again until it differs: a re-roll that gives the same picture would look broken.
        long seed;
        do
        {
            seed = Random.Shared.NextInt64(Seeds);
        }
        while (seed == image.Recipe.Seed);

        return MakeAsync(image.Recipe with { Seed = seed }, image.Id);
    }

    /// <summary>The same recipe and seed, at once.</summary>
    /// <returns>The job; null when the queue is full, which the person was told.</returns>
    public Task<GenerationJob?> AgainAsync(GalleryImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return MakeAsync(image.Recipe, image.Id);
    }

    /// <summary>Moves pictures to the trash at once, and offers to undo it.</summary>
    public async Task TrashAsync(IReadOnlyList<long> ids, Func<Task>? undone = null)
    {
        ArgumentNullException.ThrowIfNull(ids);
        int moved = await gallery.TrashAsync(ids);
        if (moved == 0)
        {
            return;
        }

        notices.ShowUndo($"{PictureWords.Pictures(moved)} moved to the trash", async () =>
        {
            await gallery.RestoreAsync(ids);
            if (undone is not null)
            {
                await undone();
            }
        });
    }

    /// <summary>Marks pictures as favourites, or all of them as none.</summary>
    public async Task SetFavouriteAsync(IReadOnlyList<long> ids, bool isFavourite)
    {
        ArgumentNullException.ThrowIfNull(ids);
        foreach (long id in ids)
        {
            await gallery.SetFavouriteAsync(id, isFavourite);
        }
    }

    private async Task<GenerationJob?> MakeAsync(ImageRecipe recipe, long parentId)
    {
        IReadOnlyList<GenerationJob> jobs = await queue.EnqueueAsync(recipe, 1, browser.Id, parentId);
        if (jobs.Count == 0)
        {
            notices.Show("The queue is full. Try again when a picture is done.");
            return null;
        }

        return jobs[0];
    }
}
