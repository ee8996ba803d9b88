using SdStudio.Web.Generation;

namespace SdStudio.Web.Verification;

/// <summary>A picture that is being made again, to be compared.</summary>
/// <param name="Job">In the queue like any other; cancelling it ends the verification.</param>
/// <param name="Completion">Ends with the comparison; never fails.</param>
public sealed record VerificationRun(GenerationJob Job, Task<VerificationOutcome> Completion);
