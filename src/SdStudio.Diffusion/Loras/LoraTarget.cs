using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Loras;

/// <summary>A weight that a layer of a LoRA changes.</summary>
/// <param name="Component">UNet or text encoder.</param>
/// <param name="Encoder">Which text encoder, in the model's order.</param>
/// <param name="Source">The network's weights.</param>
/// <param name="Weight">Its name there.</param>
internal sealed record LoraTarget(Component Component, int Encoder, IWeightSource Source, string Weight)
{
    public Shape Shape => Source.ShapeOf(Weight);
}
