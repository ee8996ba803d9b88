using SdStudio.Diffusion;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Loras;
using SdStudio.Diffusion.Tokens;

namespace SdStudio.Web.Generation;

/// <summary>What a failed picture means: for the person at the screen, for the log, and for the model in memory.</summary>
/// <param name="Reason">What the page can offer.</param>
/// <param name="IsExpected">A plain reason outside the program; the log needs no stack trace.</param>
/// <param name="SpoilsModel">The loaded model is in an unknown state, or too large: it is freed.</param>
/// <param name="LosesDevice">Nothing runs on this device any more: it is opened anew for the next picture.</param>
internal sealed record Failure(string Message, FailureReason Reason = FailureReason.Other, bool IsExpected = true, bool SpoilsModel = false, bool LosesDevice = false)
{
    public static Failure Of(Exception exception) => exception switch
    {
        InferenceException { Reason: InferenceFailure.OutOfMemory } => new(exception.Message, FailureReason.OutOfMemory, SpoilsModel: true),
        InferenceException { Reason: InferenceFailure.DeviceLost } => new(exception.Message, SpoilsModel: true, LosesDevice: true),
        OutOfMemoryException => new("The memory of this computer ran out. Use a smaller size, or close other programs.", FailureReason.OutOfMemory, SpoilsModel: true),
        TokenizerMissingException => new(exception.Message, FailureReason.MissingTokenizer),
        LoraMismatchException => new(exception.Message, FailureReason.UnusableLora),
        CheckpointException or UnsupportedModelException => new(exception.Message, FailureReason.UnusableModel),
        UnusableRecipeException unusable => new(exception.Message, unusable.Reason),
        DiffusionException => new(exception.Message),
        _ => new("Something inside the program went wrong while this picture was made. Others are not affected; the log of the server says more.", IsExpected: false, SpoilsModel: true),
    };
}
