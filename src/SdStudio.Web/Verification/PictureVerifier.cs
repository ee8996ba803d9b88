using SdStudio.Diffusion.Imaging;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Imaging;
using SdStudio.Storage.Metadata;
using SdStudio.Storage.Models;
using SdStudio.Storage.Verification;
using SdStudio.Web.Generation;

namespace SdStudio.Web.Verification;

/// <summary>Makes a picture of the gallery again by its recipe, and compares the two.</summary>
public sealed partial class PictureVerifier(GalleryStore gallery, GenerationQueue queue, ModelCatalog catalog, ILogger<PictureVerifier> logger)
{
    /// <summary>Of the pictures that are shown beside each other, pixels.</summary>
    private const int LongestSide = 1024;

    /// <returns>Null when the queue is full.</returns>
    public async Task<VerificationRun?> StartAsync(GalleryImage image, string owner, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        RecipeHashes? hashes = await gallery.HashesAsync(image.Id, cancellationToken);
        return await queue.EnqueueUnkeptAsync(catalog.Recognise(image.Recipe, hashes), owner, cancellationToken) is { } job
            ? new VerificationRun(job, CompareAsync(image, hashes, job))
            : null;
    }

    private async Task<VerificationOutcome> CompareAsync(GalleryImage image, RecipeHashes? hashes, GenerationJob job)
    {
        try
        {
            return await job.Completion switch
            {
                JobOutcome.Rendered rendered => await CompareAsync(image, hashes, rendered),
                JobOutcome.Failed failed => new VerificationOutcome.Failed(failed.Message),
                _ => new VerificationOutcome.Cancelled(),
            };
        }
        catch (Exception exception)
        {
            LogNotCompared(exception, image.Id);
            return new VerificationOutcome.Failed("It was made again, but the picture of the gallery could not be read. The log of the server says why.");
        }
    }

    private async Task<VerificationOutcome> CompareAsync(GalleryImage image, RecipeHashes? hashes, JobOutcome.Rendered rendered) =>
        await gallery.PictureFileAsync(image.Id) is { } path
            // Megapixels to be read and compared: not on the thread of a page.
            ? await Task.Run<VerificationOutcome>(() => Compare(path, image, hashes, rendered))
            : new VerificationOutcome.Failed("It was made again, but the picture of the gallery is gone meanwhile.");

    private static VerificationOutcome.Compared Compare(string path, GalleryImage image, RecipeHashes? hashes, JobOutcome.Rendered rendered)
    {
        VerifiablePicture kept = VerifiablePicture.Read(path) is { } own
            ? own with { Recipe = image.Recipe, Trace = image.Trace ?? own.Trace }
            : new VerifiablePicture(VerifiablePicture.ReadPixels(path), image.Recipe, hashes, image.Trace, IsForeign: image.Program is not null, IsLossy: image.Format != ImageFormat.Png);
        VerificationReport report = PictureComparison.Of(kept, rendered.Pixels, rendered.Trace);
        RgbImage? difference = report is { Verdict: not Verdict.BitSame, Distance: not null } ? DifferencePicture.Of(kept.Pixels, rendered.Pixels) : null;
        return new VerificationOutcome.Compared(
            report,
            DifferencePicture.Encode(kept.Pixels, LongestSide),
            DifferencePicture.Encode(rendered.Pixels, LongestSide),
            difference is null ? (ReadOnlyMemory<byte>?)null : DifferencePicture.Encode(difference, LongestSide));
    }

    [LoggerMessage(LogLevel.Warning, "Picture {Id} could not be compared.")]
    private partial void LogNotCompared(Exception exception, long id);
}
