using System.Collections.Immutable;

namespace SdStudio.Diffusion.Inference;

/// <summary>What runs the networks, in words for the person at the screen.</summary>
/// <param name="Name">"CPU, 2 threads" or "CUDA, half precision".</param>
/// <param name="Notes">Sentences: what is special about it, and why nothing faster is used.</param>
public sealed record DeviceReport(InferenceProvider Provider, string Name, ImmutableArray<string> Notes)
{
    public override string ToString() => Notes.IsEmpty ? $"{Name}." : $"{Name}. {string.Join(' ', Notes)}";
}
