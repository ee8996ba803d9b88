namespace SdStudio.Diffusion.Inference;

/// <summary>Why a network could not be run.</summary>
public enum InferenceFailure
{
    /// <summary>Memory of the machine or of the graphics card did not suffice.</summary>
    OutOfMemory,

    /// <summary>The graphics card was reset or removed.</summary>
    DeviceLost,

    /// <summary>A result holds values that are no numbers; shown, it would be a black picture.</summary>
    NotANumber,

    /// <summary>The chosen provider is not in this build, not on this machine, or computes wrongly.</summary>
    DeviceUnavailable,

    /// <summary>Something else that the runtime reported.</summary>
    Other,
}
