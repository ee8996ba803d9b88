using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Checkpoints.Pickles;

/// <summary>The memory of one or more tensors, as a pickle speaks of it.</summary>
/// <param name="Type">Of its elements; null where it is bytes and each tensor says its own type.</param>
/// <param name="Key">Names its bytes in the file.</param>
/// <param name="Start">Elements into those bytes.</param>
/// <param name="Count">Elements.</param>
internal sealed record PickleStorage(ElementType? Type, string Key, long Start, long Count);
