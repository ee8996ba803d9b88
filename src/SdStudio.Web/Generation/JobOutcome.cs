using SdStudio.Diffusion;
using SdStudio.Diffusion.Imaging;

namespace SdStudio.Web.Generation;

/// <summary>How a job ended; a closed set.</summary>
public abstract record JobOutcome
{
    private JobOutcome()
    {
    }

    /// <param name="ImageId">The picture in the gallery.</param>
    public sealed record Succeeded(long ImageId) : JobOutcome;

    /// <summary>It was made to be looked at once, and is kept nowhere: see <see cref="GenerationJob.IsKept"/>.</summary>
    public sealed record Rendered(RgbImage Pixels, PictureTrace Trace) : JobOutcome;

    public sealed record Cancelled : JobOutcome;

    /// <param name="Message">For people: what happened and what to do.</param>
    public sealed record Failed(string Message, FailureReason Reason = FailureReason.Other) : JobOutcome;
}
