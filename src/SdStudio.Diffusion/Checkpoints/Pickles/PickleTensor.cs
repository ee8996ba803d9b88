using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Checkpoints.Pickles;

/// <summary>A tensor as a pickle claims it: nothing is proven yet.</summary>
/// <param name="Offset">Elements into its storage.</param>
/// <param name="Strides">Elements from one to the next along each dimension.</param>
internal sealed record PickleTensor(PickleStorage Storage, ElementType Type, long Offset, Shape Shape, Shape Strides);
