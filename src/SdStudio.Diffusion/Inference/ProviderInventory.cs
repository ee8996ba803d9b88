using System.Collections.Immutable;

namespace SdStudio.Diffusion.Inference;

/// <summary>Which execution providers there are.</summary>
/// <param name="BuiltIn">Names of those in the runtime of this build.</param>
/// <param name="PlugIn">Names of those that a registered library offers a graphics card for.</param>
/// <param name="IsWindows">DirectML can only be had there.</param>
internal sealed record ProviderInventory(ImmutableArray<string> BuiltIn, ImmutableArray<string> PlugIn, bool IsWindows)
{
    /// <summary>Why a provider cannot be used, as a sentence; null where it can.</summary>
    public string? WhyNot(ProviderTraits traits)
    {
        if (traits.IsCpu || BuiltIn.Contains(traits.RuntimeName) || PlugIn.Contains(traits.RuntimeName))
        {
            return null;
        }

        return traits.Provider switch
        {
            InferenceProvider.DirectML when !IsWindows => "DirectML is part of Windows, and this is another system.",
            InferenceProvider.DirectML => "This build has no DirectML: build with -p:Accelerator=directml.",
            InferenceProvider.Cuda => "This build has no CUDA: for an NVIDIA card build with -p:Accelerator=cuda.",
            _ => $"There is no {traits.Label} library with a card it can drive: put onnxruntime_providers_webgpu and its companions into the folder of Inference:PluginFolder.",
        };
    }
}
