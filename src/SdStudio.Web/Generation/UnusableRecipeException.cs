using SdStudio.Diffusion;

namespace SdStudio.Web.Generation;

/// <summary>A recipe that this studio cannot make now: its model is gone or broken, or it asks for more than the settings allow.</summary>
public sealed class UnusableRecipeException(string message, FailureReason reason = FailureReason.Other) : DiffusionException(message)
{
    public FailureReason Reason => reason;
}
