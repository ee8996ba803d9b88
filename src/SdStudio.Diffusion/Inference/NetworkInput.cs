using Microsoft.ML.OnnxRuntime;

namespace SdStudio.Diffusion.Inference;

/// <summary>One input of one run.</summary>
/// <param name="Values">float[] or long[], row-major.</param>
internal sealed record NetworkInput(string Name, Array Values, params long[] Shape)
{
    /// <summary>A tensor over the array itself, which is pinned until the tensor is disposed.</summary>
    public OrtValue ToTensor() => Values switch
    {
        float[] numbers => OrtValue.CreateTensorValueFromMemory(numbers, Shape),
        long[] ids => OrtValue.CreateTensorValueFromMemory(ids, Shape),
        _ => throw new InvalidOperationException($"Input {Name} is of type {Values.GetType()}; networks take float and long."),
    };
}
