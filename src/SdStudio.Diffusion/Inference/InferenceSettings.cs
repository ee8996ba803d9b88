namespace SdStudio.Diffusion.Inference;

/// <summary>How networks are to be run.</summary>
public sealed record InferenceSettings
{
    public InferenceProvider Provider { get; init; } = InferenceProvider.Auto;

    /// <summary>
    /// On a CPU, leaves half-precision weights in the memory-mapped file and converts them as they are used: loads at once and holds
    /// about 2 GB less, each step takes about a fifth longer.
    /// </summary>
    public bool LowMemory { get; init; }

    /// <summary>Which card, where there are several; 0 is the first.</summary>
    public int DeviceId { get; init; }

    /// <summary>Threads of one operation; 0 lets the runtime take one a physical core.</summary>
    public int Threads { get; init; }

    /// <summary>Folder of plug-in provider libraries (<c>onnxruntime_providers_webgpu</c> and its companions); null for none.</summary>
    public string? PluginFolder { get; init; }
}
