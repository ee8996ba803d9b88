using Microsoft.ML.OnnxRuntime;

namespace SdStudio.Diffusion.Inference;

/// <summary>A network could not be loaded or run.</summary>
public sealed class InferenceException : DiffusionException
{
    // What the runtime and its providers write; there are no codes to ask for.
    private static readonly string[] s_memoryWords =
        ["bad_alloc", "bad allocation", "out of memory", "out-of-memory", "outofmemory", "failed to allocate", "not enough memory", "8007000e"];

    private static readonly string[] s_deviceWords =
        ["device removed", "device_removed", "device lost", "device_lost", "device is lost", "device hung", "device_hung", "device reset", "device_reset",
            "887a0005", "887a0006", "887a0007", "gpu device instance has been suspended", "cuda failure 700", "cuda failure 719", "cuda failure 999",
            "unspecified launch failure", "illegal memory access"];

    public InferenceException(InferenceFailure reason, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Reason = reason;
    }

    public InferenceFailure Reason { get; }

    /// <param name="network">Which network, as a person would say: "UNet", "VAE decoder".</param>
    internal static InferenceException From(Exception exception, string network)
    {
        InferenceFailure reason = exception is OutOfMemoryException ? InferenceFailure.OutOfMemory : ReasonOf(exception.Message);
        string message = reason switch
        {
            InferenceFailure.OutOfMemory =>
                $"Not enough memory for the {network}. Try a smaller picture, close other programs, or switch on low-memory mode.",
            InferenceFailure.DeviceLost =>
                $"The graphics card stopped answering while it ran the {network}. Try again; if it happens often, update its driver or use the CPU.",
            _ => $"The {network} could not be run: {FirstLine(exception.Message)}",
        };
        return new InferenceException(reason, message, exception);
    }

    internal static InferenceException NotANumber(string network) => new(
        InferenceFailure.NotANumber,
        $"The {network} answered with values that are no numbers, so there is no picture to show. A lower guidance scale, another sampler or another checkpoint may help.");

    /// <summary>What a message of the runtime tells about the reason.</summary>
    internal static InferenceFailure ReasonOf(string message)
    {
        bool Has(string word) => message.Contains(word, StringComparison.OrdinalIgnoreCase);
        return s_memoryWords.Any(Has) ? InferenceFailure.OutOfMemory
            : s_deviceWords.Any(Has) ? InferenceFailure.DeviceLost
            : InferenceFailure.Other;
    }

    /// <summary>Whether the runtime stopped because it was told to.</summary>
    internal static bool IsTerminated(OnnxRuntimeException exception) =>
        exception.Message.Contains("terminate flag", StringComparison.OrdinalIgnoreCase);

    /// <summary>Without the runtime's own code in front, which says nothing to a person.</summary>
    private static string FirstLine(string text)
    {
        string line = text.Split('\n', 2)[0].Trim();
        return line.StartsWith("[ErrorCode:", StringComparison.Ordinal) ? line[(line.IndexOf(']', StringComparison.Ordinal) + 1)..].TrimStart() : line;
    }
}
