namespace SdStudio.Diffusion.Inference;

/// <summary>What runs the networks.</summary>
public enum InferenceProvider
{
    /// <summary>The fastest of those that are there and pass their self-test.</summary>
    Auto,

    Cpu,

    /// <summary>Any graphics card on Windows; in builds with the DirectML package.</summary>
    DirectML,

    /// <summary>NVIDIA cards; in builds made with <c>-p:Accelerator=cuda</c>.</summary>
    Cuda,

    /// <summary>Any graphics card; built into the runtime on a Mac, elsewhere a library in the plug-in folder.</summary>
    WebGpu,
}
