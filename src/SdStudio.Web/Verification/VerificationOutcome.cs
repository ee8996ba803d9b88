using SdStudio.Storage.Verification;

namespace SdStudio.Web.Verification;

/// <summary>How the verification of a picture ended; a closed set.</summary>
public abstract record VerificationOutcome
{
    private VerificationOutcome()
    {
    }

    /// <param name="Kept">The picture of the gallery, WebP.</param>
    /// <param name="Again">The second try, WebP.</param>
    /// <param name="Difference">Where they differ, WebP; null where they cannot be laid over each other, or are the same.</param>
    public sealed record Compared(VerificationReport Report, ReadOnlyMemory<byte> Kept, ReadOnlyMemory<byte> Again, ReadOnlyMemory<byte>? Difference) : VerificationOutcome;

    public sealed record Cancelled : VerificationOutcome;

    /// <param name="Message">For people: what happened and what to do.</param>
    public sealed record Failed(string Message) : VerificationOutcome;
}
