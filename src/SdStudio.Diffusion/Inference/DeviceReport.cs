using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Inference;

/// <summary>What runs the networks, in words for the person at the screen.</summary>
/// <param name="Name">"CPU, 2 threads" or "CUDA, half precision".</param>
/// <param name="Notes">Sentences: what is special about it, and why nothing faster is used.</param>
public sealed record DeviceReport(InferenceProvider Provider, string Name, ImmutableArray<string> Notes)
{
    /// <summary>In which numbers the UNet computes.</summary>
    public ElementType Precision { get; init; } = ElementType.Float32;

    /// <summary>Version of the runtime.</summary>
    public string? Runtime { get; init; }

    /// <summary>How sums are rounded on this machine, as far as its processor tells: kind and width of its vectors.</summary>
    public static string Processor { get; } = string.Create(
        CultureInfo.InvariantCulture, $"{RuntimeInformation.ProcessArchitecture}, {(Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128)} bits");

    /// <summary>What a picture remembers of it.</summary>
    public PictureTrace NewTrace() => new() { Provider = Provider.ToString(), Precision = Precision.ToString(), Runtime = Runtime, Processor = Processor };

    public override string ToString() => Notes.IsEmpty ? $"{Name}." : $"{Name}. {string.Join(' ', Notes)}";
}
