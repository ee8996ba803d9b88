using SdStudio.Diffusion;
using SdStudio.Diffusion.Inference;

namespace SdStudio.Web.Generation;

/// <summary>What a failed picture means: for the person at the screen, for the log, and for the model in memory.</summary>
/// <param name="IsExpected">A plain reason outside the program; the log needs no stack trace.</param>
/// <param name="SpoilsModel">The loaded model is in an unknown state, or too large: it is freed.</param>
internal sealed record Failure(string Message, bool IsExpected, bool SpoilsModel)
{
    public static Failure Of(Exception exception) => exception switch
    {
        InferenceException { Reason: InferenceFailure.OutOfMemory or InferenceFailure.DeviceLost } => new(exception.Message, IsExpected: true, SpoilsModel: true),
        DiffusionException => new(exception.Message, IsExpected: true, SpoilsModel: false),
        OutOfMemoryException => new("The memory of this computer ran out. Use a smaller size, or close other programs.", IsExpected: true, SpoilsModel: true),
        _ => new("Something inside the program went wrong while this picture was made. Others are not affected; the log of the server says more.", IsExpected: false, SpoilsModel: true),
    };
}
