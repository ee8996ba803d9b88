using System.ComponentModel.DataAnnotations;
using SdStudio.Diffusion.Inference;

namespace SdStudio.Web.Configuration;

/// <summary>Section <c>Inference</c>: what the networks run on.</summary>
public sealed class InferenceOptions
{
    /// <summary><c>auto</c> takes the fastest that works; <c>cpu</c>, <c>directml</c>, <c>cuda</c> and <c>webgpu</c> insist.</summary>
    public InferenceProvider Provider { get; set; } = InferenceProvider.Auto;

    /// <summary>On a processor: half the memory for a somewhat slower picture.</summary>
    public bool LowMemory { get; set; }

    /// <summary>Which graphics card, counted from 0.</summary>
    [Range(0, 63)]
    public int DeviceId { get; set; }

    /// <summary>Processor threads; 0 takes one for each core.</summary>
    [Range(0, 1024)]
    public int Threads { get; set; }

    /// <summary>Memory that loaded models may take together, gigabytes; the one in use may take more. 0 keeps one model at a time, null allows half of the machine's memory.</summary>
    [Range(0d, 4096d)]
    public double? KeepModelsGigabytes { get; set; }

    /// <summary>Folder of plug-in provider libraries; null for none. A relative one starts at the folder of <c>appsettings.json</c>.</summary>
    public string? PluginFolder { get; set; }
}
