using System.Text.Json.Serialization;

namespace SdStudio.Diffusion;

/// <summary>Whose random numbers the noise is made of.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NoiseSource>))]
public enum NoiseSource
{
    /// <summary>PyTorch on a processor: ComfyUI, diffusers, and A1111 with the source "CPU".</summary>
    Cpu,

    /// <summary>An NVIDIA card: A1111 with the source "NV" or "GPU".</summary>
    Nvidia,
}
