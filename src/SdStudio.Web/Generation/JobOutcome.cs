namespace SdStudio.Web.Generation;

/// <summary>How a job ended; a closed set.</summary>
public abstract record JobOutcome
{
    private JobOutcome()
    {
    }

    /// <param name="ImageId">The picture in the gallery.</param>
    public sealed record Succeeded(long ImageId) : JobOutcome;

    public sealed record Cancelled : JobOutcome;

    /// <param name="Message">For people: what happened and what to do.</param>
    public sealed record Failed(string Message, FailureReason Reason = FailureReason.Other) : JobOutcome;
}
